//! What people call the settings.

/// The key of a setting's label.
pub(super) fn label_key(field: &str) -> &'static str {
    match field {
        "ai_control_enabled" => "agent.settings.enabled",
        "ai_enabled_for_chats" => "agent.settings.chats",
        "ai_enabled_for_comments" => "agent.settings.comments",
        "mode" => "agent.settings.mode",
        "channel_modes" => "agent.settings.channel_modes",
        "base_url" => "agent.settings.base_url",
        "model" => "agent.settings.model",
        "fallback_models" => "agent.settings.fallback_models",
        "temperature" => "agent.settings.temperature",
        "top_p" => "agent.settings.top_p",
        "max_output_tokens" => "agent.settings.max_output_tokens",
        "pictures" => "agent.settings.pictures",
        "system_prompt" => "agent.settings.system_prompt",
        "instructions" => "agent.settings.instructions",
        "tone" => "agent.settings.tone",
        "answer_length" => "agent.settings.answer_length",
        "language" => "agent.settings.language",
        "confidence" => "agent.settings.confidence",
        "allowed_links" => "agent.settings.allowed_links",
        "blocked_keywords" => "agent.settings.blocked_keywords",
        "blocked_phrases" => "agent.settings.blocked_phrases",
        "ignore_examples" => "agent.settings.ignore_examples",
        "business_hours" => "agent.settings.business_hours",
        "outside_hours" => "agent.settings.outside_hours",
        "escalation_notice" => "agent.settings.escalation",
        "notify_emails" => "agent.settings.notify_emails",
        "budget" => "agent.settings.budget",
        "prices" => "agent.settings.prices",
        _ => "agent.settings.other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn every_setting_has_a_label() {
        for field in Settings::default().document().unwrap().keys() {
            assert_ne!(label_key(field), "agent.settings.other", "{field}");
        }
    }
}
