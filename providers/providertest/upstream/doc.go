// Package upstream is a fake model provider for tests and benchmarks. It
// speaks OpenAI's API (chat completions, responses, legacy completions, and the
// operations on vectors, images, sound and moderation), Anthropic's messages,
// and Cohere's chat and rerank over HTTP, plain and streamed, and it misbehaves
// on request: nobody can ask a real provider to reset a connection after the
// second event.
//
// What it does is chosen by the MODEL NAME of the request, so that clients in
// any language can steer it through a gateway. The names stand in one table
// (scenario.go, printed by the command in cmd). A name that is not in the
// table is answered as a provider answers an unknown model, with 404.
//
// It is as strict as the real ones: a missing key or version header, a member
// the API does not know, a missing max_tokens are refused with the vendor's
// own status and words, so that a gateway that sends them fails here first.
//
// Sources of the wire formats: OpenAI's published API description (schemas
// CreateChatCompletionRequest, CreateChatCompletionResponse and
// CreateChatCompletionStreamResponse, and for the other APIs those named where
// they are written) and the types of openai 3.52.0 from PyPI; Anthropic's API
// description (schemas Message, MessageStartEvent and those beside them), its
// page "Streaming messages" and the types of anthropic 2.11.0 from PyPI;
// Cohere's reference and the types of cohere 7.3.1. Error texts come from error
// reports that users posted; each is cited where it stands.
//
// It uses nothing but the standard library: it must not share a mistake with
// the code it tests.
package upstream
