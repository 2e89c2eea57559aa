//! Comments people write under posts, and the webhook each one causes.

use serde_json::json;

use crate::control::acts::{ActError, NewComment};
use crate::ids;
use crate::instagram::account::Comment;
use crate::world::World;

impl World {
    /// Somebody comments; the comment id.
    pub fn instagram_comments(
        &mut self,
        account: &str,
        new: &NewComment,
    ) -> Result<String, ActError> {
        let id = ids::digits(&mut self.rng, 17);
        let now = self.now();
        let state = self
            .instagram
            .get_mut(account)
            .ok_or(ActError::UnknownAccount)?;
        let (parent_id, media_id) = if let Some(parent) = &new.parent_id {
            let parent = state.comments.get(parent).ok_or(ActError::UnknownMessage)?;
            let top = parent
                .parent_id
                .clone()
                .unwrap_or_else(|| parent.id.clone());
            (Some(top), parent.media_id.clone())
        } else {
            let first = state.posts.keys().next().cloned().unwrap_or_default();
            (None, new.media_id.clone().unwrap_or(first))
        };
        state
            .posts
            .entry(media_id.clone())
            .or_insert_with(|| "A post.".to_owned());
        let known = state
            .contacts
            .get(&new.from)
            .map(|contact| contact.username.clone());
        let comment = Comment {
            id: id.clone(),
            media_id,
            parent_id,
            from_id: new.from.clone(),
            from_username: new
                .username
                .clone()
                .or(known)
                .unwrap_or_else(|| new.from.clone()),
            text: new.text.clone(),
            at: now,
            hidden: false,
            privately_answered: false,
        };
        self.add_comment(account, comment);
        Ok(id)
    }

    /// Takes a comment away without telling anyone: no webhook is documented for it.
    pub fn vanish_comment(&mut self, account: &str, comment: &str) -> Result<(), ActError> {
        self.instagram
            .get_mut(account)
            .ok_or(ActError::UnknownAccount)?
            .comments
            .shift_remove(comment)
            .map(|_| ())
            .ok_or(ActError::UnknownMessage)
    }

    /// Stores a comment and sends its webhook (the account's own comments come back too).
    pub fn add_comment(&mut self, account: &str, comment: Comment) {
        let mut value = json!({
            "id": comment.id,
            "text": comment.text,
            "from": {"id": comment.from_id, "username": comment.from_username},
            "media": {"id": comment.media_id, "media_product_type": "FEED"},
        });
        if let Some(fields) = value.as_object_mut() {
            if let Some(parent) = &comment.parent_id {
                fields.insert("parent_id".into(), parent.clone().into());
            }
            if comment.from_id == account
                && let Some(from) = fields
                    .get_mut("from")
                    .and_then(serde_json::Value::as_object_mut)
            {
                from.insert("self_ig_scoped_id".into(), account.into());
            }
        }
        let thread = comment.media_id.clone();
        if let Some(state) = self.instagram.get_mut(account) {
            if state.comments.len() >= 20_000 {
                state.comments.shift_remove_index(0);
            }
            state.comments.insert(comment.id.clone(), comment);
        }
        self.emit_change(account, "comments", "comment", &thread, value);
    }
}
