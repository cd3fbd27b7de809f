package llm

// Op is what a call asks for, independent of the words it is asked in.
type Op uint8

// The operations.
const (
	Chat            Op = iota + 1 // the next message of a conversation
	Embeddings                    // vectors of texts
	Rerank                        // documents by their relevance to a query
	Moderations                   // what is objectionable in a text or picture
	Images                        // pictures of a description
	ImageEdits                    // pictures of a picture and a description
	ImageVariations               // pictures like a picture
	Transcriptions                // the text of speech
	Translations                  // the English text of speech
	Speech                        // the speech of a text
)

var ops = [...]string{
	Chat: "chat", Embeddings: "embeddings", Rerank: "rerank", Moderations: "moderations",
	Images: "image generation", ImageEdits: "image edits", ImageVariations: "image variations",
	Transcriptions: "transcriptions", Translations: "translations", Speech: "speech",
}

func (o Op) String() string {
	if int(o) < len(ops) && ops[o] != "" {
		return ops[o]
	}
	return "unknown"
}

// Format says whose words a body and its events are in.
type Format uint8

// The formats. All but the first are of chat only; a provider that does not
// speak one is asked in the first.
const (
	OpenAI      Format = iota + 1 // OpenAI's API; the canonical one
	Completions                   // OpenAI's legacy completions
	Responses                     // OpenAI's responses
	Messages                      // Anthropic's messages
	Gemini                        // Google's generateContent
)
