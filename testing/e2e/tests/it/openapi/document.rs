//! The description that a running product serves.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::story::Story;

/// The OpenAPI document, and the promises of it that were broken.
pub struct Document(pub Value, Mutex<Vec<String>>);

impl Document {
    pub async fn of(story: &Story) -> Self {
        let address = format!("{}/api/openapi.json", story.url);
        let answer = story.http.get(address).send().await.unwrap();
        Self(answer.json().await.unwrap(), Mutex::default())
    }

    /// Every operation: method, path, description.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (method.as_str(), path.as_str(), operation))
        })
    }

    pub fn operation(&self, method: &str, path: &str) -> &Value {
        let operation = &self.0["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not described");
        operation
    }

    /// Holds an answer against the form that the description promises for its status.
    pub fn compare(&self, (method, path): (&str, &str), status: u16, body: &Value) {
        let operation = self.operation(method, path);
        let answer = &operation["responses"][status.to_string()];
        let wrong = if answer.is_null() {
            vec!["is not described".to_owned()]
        } else if let Some(content) = answer["content"].get("application/json") {
            let form = self.form(&content["schema"]);
            let errors = form.iter_errors(body);
            errors
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect()
        } else if body.is_null() || answer["content"].is_object() {
            // Nothing was promised, or a text in another form than JSON.
            Vec::new()
        } else {
            vec!["promises no body".to_owned()]
        };
        let mut broken = self.1.lock().unwrap();
        for wrong in wrong {
            broken.push(format!("{method} {path} {status}: {wrong}: {body:.300}"));
        }
    }

    /// Every answer that was compared had the promised form.
    pub fn is_kept(&self) {
        let broken = self.1.lock().unwrap();
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// Every schema is one, and every reference leads somewhere.
    pub fn is_sound(&self) {
        for (name, schema) in self.0["components"]["schemas"].as_object().unwrap() {
            assert!(jsonschema::meta::is_valid(schema), "{name}");
            self.form(&json!({ "$ref": format!("#/components/schemas/{name}") }));
        }
        let mut places = vec![&self.0];
        while let Some(place) = places.pop() {
            if let Some(reference) = place["$ref"].as_str() {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(
                    self.0.pointer(pointer).is_some(),
                    "{reference} leads nowhere"
                );
            }
            match place {
                Value::Array(items) => places.extend(items),
                Value::Object(fields) => places.extend(fields.values()),
                _ => {}
            }
        }
    }

    fn form(&self, schema: &Value) -> jsonschema::Validator {
        let mut whole = schema.clone();
        whole["components"] = self.0["components"].clone();
        jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&whole)
            .unwrap()
    }
}

/// The bodies that a description of a request or an answer knows.
pub fn contents(description: &Value) -> impl Iterator<Item = &Value> {
    description["content"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.values())
}
