//! The control socket, `data_dir/control.sock`: how a command asks the bot
//! that runs on a data directory to put something on record.
//!
//! One process writes a log. A command whose use is itself an entry therefore
//! asks that process, and only where none runs takes the lock itself. The
//! socket is mode 0600 in a directory of mode 0700. One request and one reply
//! a connection, each a JSON object on a line.

use std::fs::{self, File, Permissions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as StdStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::domain::action::EntryNo;

/// The socket's name in the data directory.
pub const SOCKET: &str = "control.sock";

/// A longer request is refused.
const REQUEST_LIMIT_BYTES: u64 = 64 << 10;

/// So many may ask at a time; the next one waits.
const CONNECTION_LIMIT: usize = 16;

/// Who asks waits this long for a reply, and who is asked for the request.
const PATIENCE: Duration = Duration::from_secs(10);

/// A path to a socket may be this long (`sun_path` in unix(7)).
const PATH_LIMIT_BYTES: usize = 100;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Put on record that somebody is about to read what was taken down.
    Access {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<EntryNo>,
        /// `show`, `search`, `export`.
        how: String,
        by: String,
    },
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// It is on record, as this entry.
    Recorded { entry: EntryNo },
    /// It was not done.
    Refused { why: String },
}

/// A request that waits for its reply.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    /// Who asks, as the kernel says.
    pub uid: Option<u32>,
    pub reply: oneshot::Sender<Reply>,
}

/// A path to the socket that is short enough, and what keeps it valid.
fn reachable(data: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let path = data.join(SOCKET);
    if path.as_os_str().len() <= PATH_LIMIT_BYTES {
        return Ok((path, None));
    }
    let dir = File::open(data)?;
    Ok((PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", dir.as_raw_fd())), Some(dir)))
}

/// The listening end. Gone, and its file with it, when dropped.
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
}

impl Server {
    /// Listens in a data directory. Only whoever holds the directory's lock
    /// may call this: a socket that is there is then a dead process's, and is
    /// replaced.
    pub fn bind(data: &Path) -> io::Result<Server> {
        let path = data.join(SOCKET);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let (short, _dir) = reachable(data)?;
        let listener = UnixListener::bind(short)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Server { listener, path })
    }

    /// Takes requests and hands them on, until nobody takes them any more.
    pub async fn serve(self, to: mpsc::Sender<Asked>) {
        let room = Arc::new(Semaphore::new(CONNECTION_LIMIT));
        loop {
            let Ok(permit) = room.clone().acquire_owned().await else { return };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = to.closed() => return,
            };
            match accepted {
                Ok((stream, _)) => {
                    let to = to.clone();
                    tokio::spawn(async move {
                        if let Err(error) = tokio::time::timeout(PATIENCE, answer(stream, to)).await {
                            tracing::warn!(%error, "a request on the control socket was not finished");
                        }
                        drop(permit);
                    });
                }
                // Out of files, most likely: the bot goes on without.
                Err(error) => {
                    tracing::warn!(%error, "the control socket does not accept");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The next start replaces what is left.
        let _ = fs::remove_file(&self.path);
    }
}

async fn answer(mut stream: UnixStream, to: mpsc::Sender<Asked>) {
    let uid = stream.peer_cred().ok().map(|credentials| credentials.uid());
    let mut line = String::new();
    let (read, mut write) = stream.split();
    let refused = |why: String| Reply::Refused { why };
    let taken = tokio::io::BufReader::new(read.take(REQUEST_LIMIT_BYTES)).read_line(&mut line).await;
    let reply = match taken.map_err(|e| e.to_string()).and_then(|_| read_request(&line)) {
        Err(why) => refused(why),
        Ok(request) => {
            let (reply, answered) = oneshot::channel();
            match to.send(Asked { request, uid, reply }).await {
                Ok(()) => answered.await.unwrap_or_else(|_| refused("the bot is stopping".to_owned())),
                Err(_) => refused("the bot is stopping".to_owned()),
            }
        }
    };
    let mut bytes = serde_json::to_vec(&reply).expect("our own types serialise");
    bytes.push(b'\n');
    // Who asked and left has no use for the reply.
    let _ = write.write_all(&bytes).await;
}

fn read_request(line: &str) -> Result<Request, String> {
    if !line.ends_with('\n') {
        return Err(format!("a request is one line of at most {REQUEST_LIMIT_BYTES} bytes"));
    }
    serde_json::from_str(line).map_err(|e| format!("the request cannot be read: {e}"))
}

/// Asks the bot that runs on a data directory; `None` where none does.
pub fn ask(data: &Path, request: &Request) -> io::Result<Option<Reply>> {
    let (path, _dir) = reachable(data)?;
    let mut stream = match StdStream::connect(path) {
        Ok(stream) => stream,
        // No socket, or one that a dead process left.
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut bytes = serde_json::to_vec(request)?;
    bytes.push(b'\n');
    stream.write_all(&bytes)?;
    let mut line = String::new();
    BufReader::new(stream.take(REQUEST_LIMIT_BYTES)).read_line(&mut line)?;
    Ok(Some(serde_json::from_str(&line)?))
}
