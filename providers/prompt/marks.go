package prompt

// The formats that are nothing but marks around each message. Where their marks
// come from stands in the table of known models.

func alpaca(conversation []Message) (string, error) {
	return Template{BOS: "<s>", EOS: "</s>", Roles: map[string]Role{
		"system":    {"### Instruction:\n", "\n\n"},
		"user":      {"### Instruction:\n", "\n\n"},
		"assistant": {"### Response:\n", "\n\n"},
	}}.Prompt(conversation)
}

func llama2(conversation []Message) (string, error) {
	return Template{BOS: "<s>", EOS: "</s>", Roles: map[string]Role{
		"system":    {"[INST] <<SYS>>\n", "\n<</SYS>>\n [/INST]\n"},
		"user":      {"[INST] ", " [/INST]\n"},
		"assistant": {"", "\n"},
	}}.Prompt(conversation)
}

// mistralInstruct is what the platforms that host Mistral's models are sent.
func mistralInstruct(conversation []Message) (string, error) {
	return Template{Initial: "<s>", Roles: map[string]Role{
		"system":    {"[INST] \n", " [/INST]\n"},
		"user":      {"[INST] ", " [/INST]\n"},
		"assistant": {" ", "</s> "},
	}}.Prompt(conversation)
}

// mistral is what stands in the files of the first models. It has no system
// message.
func mistral(conversation []Message) (string, error) {
	return Template{Initial: "<s>", Roles: map[string]Role{
		"user":      {"[INST] ", " [/INST]"},
		"assistant": {"", "</s> "},
	}}.closed(folded(conversation))
}

// mistralV3 is what the models after those were trained on.
func mistralV3(conversation []Message) (string, error) {
	return Template{Initial: "<s>", Roles: map[string]Role{
		"user":      {"[INST] ", "[/INST]"},
		"assistant": {" ", "</s>"},
	}}.closed(folded(conversation))
}

func falconChat(conversation []Message) (string, error) {
	return Template{Roles: map[string]Role{
		"system": {Pre: "System: "}, "user": {Pre: "User: "}, "assistant": {Pre: "Falcon: "},
	}}.closed(conversation)
}

func mpt(conversation []Message) (string, error) {
	return Template{Roles: map[string]Role{
		"system":    {"<|im_start|>system", "<|im_end|>\n"},
		"user":      {"<|im_start|>user", "<|im_end|>\n"},
		"assistant": {"<|im_start|>assistant", "<|im_end|>\n"},
	}}.closed(conversation)
}

func wizardCoder(conversation []Message) (string, error) {
	return Template{Roles: map[string]Role{
		"system":    {"", "\n\n"},
		"user":      {"### Instruction:\n", "\n\n"},
		"assistant": {"### Response:\n", "\n\n"},
	}}.closed(conversation)
}

func phind(conversation []Message) (string, error) {
	return Template{Roles: map[string]Role{
		"system":    {"### System Prompt\n", "\n\n"},
		"user":      {"### User Message\n", "\n\n"},
		"assistant": {"### Assistant\n", "\n\n"},
	}}.closed(conversation)
}

func zephyr(conversation []Message) (string, error) {
	return Template{Final: "<|assistant|>\n", Roles: map[string]Role{
		"system":    {"<|system|>\n", "</s>\n"},
		"user":      {"<|user|>\n", "</s>\n"},
		"assistant": {"<|assistant|>\n", "</s>\n"},
	}}.closed(conversation)
}

func phi3(conversation []Message) (string, error) {
	return Template{Final: "<|assistant|>\n", Roles: map[string]Role{
		"system":    {"<|system|>\n", "<|end|>\n"},
		"user":      {"<|user|>\n", "<|end|>\n"},
		"assistant": {"<|assistant|>\n", "<|end|>\n"},
	}}.closed(conversation)
}

// gemma has no system message.
func gemma(conversation []Message) (string, error) {
	return Template{Initial: "<bos>", Final: "<start_of_turn>model\n", Roles: map[string]Role{
		"user":      {"<start_of_turn>user\n", "<end_of_turn>\n"},
		"assistant": {"<start_of_turn>model\n", "<end_of_turn>\n"},
	}}.closed(folded(trimmed(conversation)))
}

func llama3(conversation []Message) (string, error) {
	const end = "<|eot_id|>"
	header := func(role string) string { return "<|start_header_id|>" + role + "<|end_header_id|>\n\n" }
	return Template{Initial: "<|begin_of_text|>", Final: header("assistant"), Roles: map[string]Role{
		"system":    {header("system"), end},
		"user":      {header("user"), end},
		"assistant": {header("assistant"), end},
		"tool":      {header("tool"), end},
	}}.closed(trimmed(conversation))
}
