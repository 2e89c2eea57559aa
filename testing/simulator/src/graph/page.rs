//! Cursor paging.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::graph::request::GraphRequest;

/// One page of `items` (each with its cursor key), with `paging` as the Graph API writes it.
pub fn page(
    items: Vec<(String, Value)>,
    request: &GraphRequest,
    url: &str,
    default_limit: usize,
    most: usize,
) -> Value {
    let limit = request
        .param("limit")
        .and_then(|text| text.parse().ok())
        .unwrap_or(default_limit)
        .clamp(1, most);
    let after = request.param("after").and_then(|cursor| decode(&cursor));
    let start = after
        .and_then(|key| items.iter().position(|(known, _)| *known == key))
        .map_or(0, |at| at + 1);
    let total = items.len();
    let shown: Vec<(String, Value)> = items.into_iter().skip(start).take(limit).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return json!({"data": []});
    };
    let cursors = json!({"before": encode(&first.0), "after": encode(&last.0)});
    let mut paging = json!({ "cursors": cursors });
    if start + shown.len() < total
        && let Some(paging) = paging.as_object_mut()
    {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &request.params {
            if name != "after" && name != "access_token" {
                query.append_pair(
                    name,
                    &value.as_str().map_or(value.to_string(), str::to_owned),
                );
            }
        }
        query.append_pair("after", &encode(&last.0));
        paging.insert("next".into(), format!("{url}?{}", query.finish()).into());
    }
    let data: Vec<Value> = shown.into_iter().map(|(_, item)| item).collect();
    json!({"data": data, "paging": paging})
}

fn encode(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

fn decode(cursor: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}
