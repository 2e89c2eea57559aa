//! A mail server under the story's control: real SMTP on a real socket.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How it treats whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes the connection and says nothing.
    Silent,
    /// Takes the mail and never says that it did.
    Mute,
    /// Says that it has no time.
    Busy,
    /// Takes the mail and says so.
    Open,
}

pub struct PostOffice {
    pub url: String,
    mood: watch::Sender<Mood>,
    callers: watch::Receiver<usize>,
    mails: Arc<Mutex<Vec<String>>>,
}

impl PostOffice {
    pub async fn open(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (moods, mood) = watch::channel(mood);
        let (caller, callers) = watch::channel(0);
        let mails = Arc::<Mutex<Vec<String>>>::default();
        let taken = Arc::clone(&mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *mood.borrow();
                caller.send_modify(|count| *count += 1);
                tokio::spawn(serve(stream, mood, Arc::clone(&taken)));
            }
        });
        Self {
            url,
            mood: moods,
            callers,
            mails,
        }
    }

    /// From now on.
    pub fn be(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// Waits until this many have called.
    pub async fn called(&self, times: usize) {
        let mut callers = self.callers.clone();
        let came = callers.wait_for(|count| *count >= times);
        let came = tokio::time::timeout(super::PATIENCE, came).await;
        assert!(came.is_ok(), "nobody called {times} times");
    }

    /// The mails that were taken, whole.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().clone()
    }

    /// Their Message-IDs.
    pub fn ids(&self) -> Vec<String> {
        let id = |mail: &String| {
            let line = mail.lines().find(|line| line.starts_with("Message-ID:"));
            line.unwrap().to_owned()
        };
        self.mails().iter().map(id).collect()
    }
}

async fn serve(stream: TcpStream, mood: Mood, mails: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if mood == Mood::Silent {
        // Until the caller hangs up.
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    let mut mail: Option<String> = None;
    let mut answer = "220 hello\r\n";
    loop {
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        answer = "";
        while answer.is_empty() {
            let Ok(Some(line)) = lines.next_line().await else {
                return;
            };
            answer = match (&mut mail, line.as_str()) {
                (Some(whole), ".") => {
                    mails.lock().unwrap().push(std::mem::take(whole));
                    mail = None;
                    if mood == Mood::Mute {
                        ""
                    } else {
                        "250 taken\r\n"
                    }
                }
                (Some(whole), line) => {
                    whole.push_str(line);
                    whole.push('\n');
                    ""
                }
                (None, "DATA") => {
                    mail = Some(String::new());
                    "354 go ahead\r\n"
                }
                (None, "QUIT") => "221 bye\r\n",
                (None, line) if mood == Mood::Busy && line.starts_with("RCPT") => "451 later\r\n",
                (None, _) => "250 ok\r\n",
            };
        }
    }
}
