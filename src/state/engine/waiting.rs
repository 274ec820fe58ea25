//! What was said to the engine and is not answered yet, to be said again to the next one.

use futures::channel::oneshot;
use std::collections::BTreeMap;
use tendero_domain::{ActionId, FileProblem};
use tendero_messages::{Answer, Command, Done, FilePreview, Query, Refusal, ToEngine};
use web_sys::File;

/// An engine that dies twice over the same thing is not given it a third time.
const TRIES: u8 = 2;

#[derive(Debug)]
struct Question {
    query: Query,
    answer: oneshot::Sender<Answer>,
    said: u8,
}

#[derive(Debug)]
struct Deed {
    command: Command,
    /// `None` once a job has begun: only its report is missing.
    result: Option<oneshot::Sender<Result<Done, Refusal>>>,
    said: u8,
}

#[derive(Debug)]
struct OpenFile {
    file: File,
    preview: Option<oneshot::Sender<Result<Box<FilePreview>, FileProblem>>>,
    said: u8,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    next_question: u32,
    questions: BTreeMap<u32, Question>,
    /// By id, which is by time: they are repeated in the order in which they were said.
    deeds: BTreeMap<ActionId, Deed>,
    files: BTreeMap<ActionId, OpenFile>,
    /// Jobs that had begun and will not go on: nobody else tells of their end.
    lost: Vec<(ActionId, Refusal)>,
}

impl Waiting {
    pub(super) fn question(&mut self, query: Query, answer: oneshot::Sender<Answer>) -> u32 {
        let id = self.next_question;
        self.next_question = id.wrapping_add(1);
        self.questions.insert(
            id,
            Question {
                query,
                answer,
                said: 0,
            },
        );
        id
    }

    pub(super) fn deed(
        &mut self,
        id: ActionId,
        command: Command,
        result: oneshot::Sender<Result<Done, Refusal>>,
    ) {
        self.deeds.insert(
            id,
            Deed {
                command,
                result: Some(result),
                said: 0,
            },
        );
    }

    pub(super) fn file(
        &mut self,
        id: ActionId,
        file: File,
        preview: oneshot::Sender<Result<Box<FilePreview>, FileProblem>>,
    ) {
        // A person works on one file at a time; the one that is being imported stays open.
        let imported: Vec<ActionId> = self.imported().collect();
        self.files.retain(|open, _| imported.contains(open));
        self.files.insert(
            id,
            OpenFile {
                file,
                preview: Some(preview),
                said: 0,
            },
        );
    }

    fn imported(&self) -> impl Iterator<Item = ActionId> {
        self.deeds.values().filter_map(|deed| match deed.command {
            Command::Import { file, .. } => Some(file),
            _ => None,
        })
    }

    pub(super) fn answered(&mut self, id: u32, answer: Answer) {
        if let Some(question) = self.questions.remove(&id) {
            // Whoever asked may have left the view.
            let _ = question.answer.send(answer);
        }
    }

    /// A deed has its result. One that began a job is kept until the job's report is there.
    pub(super) fn did(&mut self, id: ActionId, result: Result<Done, Refusal>) {
        let started = result == Ok(Done::Started);
        if let Some(deed) = self.deeds.get_mut(&id) {
            match (deed.result.take(), result) {
                (Some(sender), result) => drop(sender.send(result)),
                (None, Err(refusal)) => self.lost.push((id, refusal)),
                (None, Ok(_)) => {}
            }
        }
        if !started {
            self.deeds.remove(&id);
        }
    }

    /// Jobs that ended without a report since this was asked last.
    pub(super) fn take_lost(&mut self) -> Vec<(ActionId, Refusal)> {
        std::mem::take(&mut self.lost)
    }

    pub(super) fn job_ended(&mut self, id: ActionId) {
        self.deeds.remove(&id);
    }

    pub(super) fn opened(&mut self, id: ActionId, result: Result<Box<FilePreview>, FileProblem>) {
        let Some(open) = self.files.get_mut(&id) else {
            return;
        };
        let failed = result.is_err();
        if let Some(sender) = open.preview.take() {
            let _ = sender.send(result);
        }
        if failed {
            self.files.remove(&id);
        }
    }

    /// One question, to be said now.
    pub(super) fn say_question(&mut self, id: u32, post: impl FnOnce(&ToEngine)) {
        if let Some(question) = self.questions.get_mut(&id) {
            question.said += 1;
            post(&ToEngine::Ask {
                id,
                query: question.query.clone(),
            });
        }
    }

    /// One deed, to be said now.
    pub(super) fn say_deed(&mut self, id: ActionId, post: impl FnOnce(&ToEngine)) {
        if let Some(deed) = self.deeds.get_mut(&id) {
            deed.said += 1;
            post(&ToEngine::Do {
                id,
                command: deed.command.clone(),
            });
        }
    }

    /// One file, to be opened now.
    pub(super) fn say_file(&mut self, id: ActionId, post: impl FnOnce(&ToEngine, &File)) {
        if let Some(open) = self.files.get_mut(&id) {
            open.said += 1;
            let message = ToEngine::OpenFile {
                id,
                name: open.file.name(),
                size: open.file.size() as u64,
            };
            post(&message, &open.file);
        }
    }

    /// Everything, to a new engine. What has killed engines before is answered here instead.
    pub(super) fn say_all(&mut self, mut post: impl FnMut(&ToEngine, Option<&File>)) {
        let deadly: Vec<u32> = self
            .questions
            .iter()
            .filter(|(_, q)| q.said >= TRIES)
            .map(|(id, _)| *id)
            .collect();
        for id in deadly {
            self.answered(id, Answer::Unreadable);
        }
        let deadly: Vec<ActionId> = self
            .deeds
            .iter()
            .filter(|(_, deed)| deed.said >= TRIES)
            .map(|(id, _)| *id)
            .collect();
        for id in deadly {
            self.did(id, Err(Refusal::StorageFailed));
        }
        let deadly: Vec<ActionId> = self
            .files
            .iter()
            .filter(|(_, file)| file.said >= TRIES)
            .map(|(id, _)| *id)
            .collect();
        for id in deadly {
            self.opened(id, Err(FileProblem::Unreadable));
            self.files.remove(&id);
        }
        for id in self.files.keys().copied().collect::<Vec<_>>() {
            self.say_file(id, |message, file| post(message, Some(file)));
        }
        for id in self.deeds.keys().copied().collect::<Vec<_>>() {
            self.say_deed(id, |message| post(message, None));
        }
        for id in self.questions.keys().copied().collect::<Vec<_>>() {
            self.say_question(id, |message| post(message, None));
        }
    }

    /// There will be no engine: nobody waits for ever.
    pub(super) fn give_up(&mut self) {
        for id in self.questions.keys().copied().collect::<Vec<_>>() {
            self.answered(id, Answer::Unreadable);
        }
        for id in self.deeds.keys().copied().collect::<Vec<_>>() {
            self.did(id, Err(Refusal::StorageFailed));
        }
        for id in self.files.keys().copied().collect::<Vec<_>>() {
            self.opened(id, Err(FileProblem::Unreadable));
        }
    }
}
