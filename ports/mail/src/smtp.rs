//! Mail over SMTP (RFC 5321).

use std::error::Error;
use std::io;
use std::time::Duration;

use kernel::Secret;
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::{MailerError, SendError};

/// For each step of the conversation with the server.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(crate) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    pub(crate) fn new(url: &Secret) -> Result<Self, MailerError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose());
        Ok(Self(
            builder
                .map_err(MailerError::Url)?
                .timeout(Some(PATIENCE))
                .build(),
        ))
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), SendError> {
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(classify(&error)),
        }
    }
}

/// What the error proves. An answer of the server proves that it did not take the mail; so does a
/// connection that never came about. Anything else may have happened after the last byte.
fn classify(error: &SmtpError) -> SendError {
    let reason = with_causes(error);
    if error.is_permanent() || error.is_client() {
        SendError::Permanent { reason }
    } else if error.is_transient() || error.is_tls() || never_connected(error) {
        SendError::Transient { reason }
    } else {
        SendError::Unknown { reason }
    }
}

fn never_connected(error: &SmtpError) -> bool {
    let causes = std::iter::successors(error.source(), |error: &&(dyn Error + 'static)| {
        (*error).source()
    });
    causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::HostUnreachable
                    | io::ErrorKind::NetworkUnreachable
            ) || error.to_string().contains("failed to lookup address")
        })
}

fn with_causes(error: &SmtpError) -> String {
    let first: &(dyn Error + 'static) = error;
    let causes = std::iter::successors(Some(first), |error: &&(dyn Error + 'static)| {
        (*error).source()
    });
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::{Mail, Mailer};

    /// How the server answers one command; an empty answer hangs up.
    type Answers = fn(command: &str) -> &'static str;

    fn friendly(command: &str) -> &'static str {
        match command {
            "DATA" => "354 go ahead\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        }
    }

    /// Takes one connection and returns all that was said.
    async fn server(answers: Answers) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let talk = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let (mut said, mut in_data) = (String::new(), false);
            write.write_all(b"220 hello\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                said.push_str(&line);
                said.push('\n');
                let command = match (in_data, line.as_str()) {
                    (true, ".") => "END OF DATA",
                    (true, _) => continue,
                    (false, line) => line.split(' ').next().unwrap(),
                };
                let answer = answers(command);
                if answer.is_empty() {
                    break;
                }
                in_data = answer.starts_with("354");
                write.write_all(answer.as_bytes()).await.unwrap();
            }
            said
        });
        (url, talk)
    }

    async fn send(url: &str) -> Result<(), SendError> {
        let mailer =
            Mailer::smtp(&Secret::new(url), "Shop <shop@example.com>", Clock::System).unwrap();
        let mail = Mail {
            to: "ana@example.com".to_owned(),
            subject: "Welcome".to_owned(),
            text: "A line\r\n.\r\nMAIL FROM:<evil@example.com>\r\n".to_owned(),
            html: None,
            message_id: "eff_1".to_owned(),
        };
        mailer.send(&mail).await
    }

    #[tokio::test]
    async fn a_mail_arrives_and_its_text_can_not_speak_smtp() {
        let (url, talk) = server(friendly).await;
        send(&url).await.unwrap();
        let said = talk.await.unwrap();
        assert!(
            said.contains("MAIL FROM:<shop@example.com>\nRCPT TO:<ana@example.com>\nDATA"),
            "{said}"
        );
        assert!(said.contains("Subject: Welcome"), "{said}");
        assert!(said.contains("\n..\n"), "a lone dot is doubled: {said}");
    }

    #[tokio::test]
    async fn a_refused_receiver_is_permanent() {
        let (url, _talk) = server(|command| match command {
            "RCPT" => "550 no such user\r\n",
            other => friendly(other),
        })
        .await;
        let error = send(&url).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Permanent { reason } if reason.contains("no such user")),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn a_busy_server_is_transient() {
        let (url, _talk) = server(|command| match command {
            "RCPT" => "451 later\r\n",
            other => friendly(other),
        })
        .await;
        let error = send(&url).await.unwrap_err();
        assert!(error.may_retry(), "{error:?}");
    }

    #[tokio::test]
    async fn hanging_up_after_the_mail_was_written_is_unknown() {
        let (url, _talk) = server(|command| match command {
            "END OF DATA" => "",
            other => friendly(other),
        })
        .await;
        let error = send(&url).await.unwrap_err();
        assert!(matches!(error, SendError::Unknown { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_transient() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = send(&url).await.unwrap_err();
        assert!(matches!(error, SendError::Transient { .. }), "{error:?}");
    }

    #[test]
    fn a_url_that_can_not_be_used_is_not_repeated() {
        let url = Secret::new("http://user:hunter2@example.com");
        let error = Mailer::smtp(&url, "shop@example.com", Clock::System).unwrap_err();
        assert!(error.to_string().contains("SMTP_URL"));
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
