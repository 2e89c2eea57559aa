use reqwest::Client;
use simulator::{Options, Simulator};

#[tokio::test]
async fn who_does_not_sign_is_refused_and_told_in_xml() {
    let sim = Simulator::start(Options::empty()).await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/socialsync/a/b", sim.s3_url());
    for (authorization, status, code) in [
        (None, 403, "AccessDenied"),
        (Some("Bearer x"), 400, "AuthorizationHeaderMalformed"),
        (
            Some(
                "AWS4-HMAC-SHA256 Credential=nobody/20260101/us-east-1/s3/aws4_request, \
                 SignedHeaders=host, Signature=00",
            ),
            403,
            "InvalidAccessKeyId",
        ),
    ] {
        let mut call = http.put(&url).body("x");
        if let Some(text) = authorization {
            call = call.header("authorization", text);
        }
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), status);
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("<Code>{code}</Code>")), "{text}");
    }
}
