package price

// Model is what is known of one model, or of one of its variants that has a
// price of its own (a region, a picture size). Zero fields are unknown.
type Model struct {
	Name     string `json:"name"`     // as the catalogue has it
	Provider string `json:"provider"` // that serves it
	Mode     string `json:"mode,omitempty"`

	MaxInput  int64 `json:"max_input,omitempty"`  // tokens of the prompt
	MaxOutput int64 `json:"max_output,omitempty"` // tokens of the answer
	MaxTokens int64 `json:"max_tokens,omitempty"` // LiteLLM's: the answer's, where it is known, else both
	RPM       int64 `json:"rpm,omitempty"`        // requests and tokens per minute that a new account has
	TPM       int64 `json:"tpm,omitempty"`
	Vector    int64 `json:"vector,omitempty"` // length of an embedding

	Prices Prices `json:"prices,omitempty"`
	Bands  []Band `json:"bands,omitempty"`

	// Supports has true and false for what a vendor says, nothing for what
	// it does not say.
	Supports  map[Capability]bool `json:"supports,omitempty"`
	Endpoints []string            `json:"endpoints,omitempty"` // paths, such as /v1/responses
	Retires   string              `json:"retires,omitempty"`   // the day, as 2026-02-28
	Source    string              `json:"source,omitempty"`    // the vendor's page, for models that LiteLLM does not have
}

// Band is a step of a graduated price list: of each kind of tokens, those from
// the last band's end to To are charged at its prices. The last band goes on
// for ever.
type Band struct {
	To     int64  `json:"to"`
	Prices Prices `json:"prices"`
}

// Capability is something that a model may be able to do: LiteLLM's name for
// it without "supports_".
type Capability string

// The capabilities of the catalogue.
const (
	AssistantPrefill        Capability = "assistant_prefill"
	AudioInput              Capability = "audio_input"
	AudioOutput             Capability = "audio_output"
	ComputerUse             Capability = "computer_use"
	EmbeddingImageInput     Capability = "embedding_image_input"
	FunctionCalling         Capability = "function_calling"
	ImageInput              Capability = "image_input"
	NativeStreaming         Capability = "native_streaming"
	ParallelFunctionCalling Capability = "parallel_function_calling"
	PDFInput                Capability = "pdf_input"
	Preset                  Capability = "preset"
	PromptCaching           Capability = "prompt_caching"
	ReasoningOutput         Capability = "reasoning"
	ResponseSchema          Capability = "response_schema"
	ServiceTier             Capability = "service_tier"
	SystemMessages          Capability = "system_messages"
	ToolChoice              Capability = "tool_choice"
	URLContext              Capability = "url_context"
	VideoInput              Capability = "video_input"
	Vision                  Capability = "vision"
	WebSearch               Capability = "web_search"
)

// Capabilities lists them.
func Capabilities() []Capability {
	return []Capability{
		AssistantPrefill, AudioInput, AudioOutput, ComputerUse, EmbeddingImageInput, FunctionCalling, ImageInput,
		NativeStreaming, ParallelFunctionCalling, PDFInput, Preset, PromptCaching, ReasoningOutput, ResponseSchema,
		ServiceTier, SystemMessages, ToolChoice, URLContext, VideoInput, Vision, WebSearch,
	}
}
