package bedrock

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// TestTypedClient: what we write for a call is, member by member, what the
// SDK's own types write, and its types read the answers of our tests.
func TestTypedClient(t *testing.T) {
	s, got := answering(t, 200, `{"output":{"message":{"content":[{"text":"hi"},{"toolUse":{"toolUseId":"t","name":"f","input":{}}}],"role":"assistant"}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":1}}`)
	client := bedrockruntime.New(bedrockruntime.Options{
		Region: "us-east-1", BaseEndpoint: &s.URL, HTTPClient: s.Client(), Retryer: sdk.NopRetryer{},
		Credentials: signing{credentials: sdk.Credentials{AccessKeyID: "A", SecretAccessKey: "S"}},
	})
	text := func(s string) types.ContentBlock { return &types.ContentBlockMemberText{Value: s} }
	out, err := client.Converse(t.Context(), &bedrockruntime.ConverseInput{
		ModelId: sdk.String("anthropic.claude-3-haiku-20240307-v1:0"),
		System:  []types.SystemContentBlock{&types.SystemContentBlockMemberText{Value: "terse"}, &types.SystemContentBlockMemberCachePoint{Value: types.CachePointBlock{Type: types.CachePointTypeDefault}}},
		Messages: []types.Message{
			{Role: types.ConversationRoleUser, Content: []types.ContentBlock{
				text("hi"), &types.ContentBlockMemberImage{Value: types.ImageBlock{Format: types.ImageFormatPng, Source: &types.ImageSourceMemberBytes{Value: []byte("png")}}},
			}},
			{Role: types.ConversationRoleAssistant, Content: []types.ContentBlock{
				&types.ContentBlockMemberReasoningContent{Value: &types.ReasoningContentBlockMemberReasoningText{Value: types.ReasoningTextBlock{Text: sdk.String("hm"), Signature: sdk.String("sig")}}},
				&types.ContentBlockMemberToolUse{Value: types.ToolUseBlock{ToolUseId: sdk.String("t1"), Name: sdk.String("f"), Input: document.NewLazyDocument(map[string]any{"a": 1})}},
			}},
			{Role: types.ConversationRoleUser, Content: []types.ContentBlock{
				&types.ContentBlockMemberToolResult{Value: types.ToolResultBlock{ToolUseId: sdk.String("t1"), Content: []types.ToolResultContentBlock{&types.ToolResultContentBlockMemberText{Value: "ok"}}}},
			}},
		},
		InferenceConfig: &types.InferenceConfiguration{MaxTokens: sdk.Int32(9), StopSequences: []string{"END"}},
		ToolConfig: &types.ToolConfiguration{
			Tools: []types.Tool{&types.ToolMemberToolSpec{Value: types.ToolSpecification{
				Name: sdk.String("f"), Description: sdk.String("d"), InputSchema: &types.ToolInputSchemaMemberJson{Value: document.NewLazyDocument(map[string]any{"type": "object"})},
			}}},
			ToolChoice: &types.ToolChoiceMemberAuto{},
		},
		AdditionalModelRequestFields: document.NewLazyDocument(map[string]any{"top_k": 5}),
		GuardrailConfig:              &types.GuardrailConfiguration{GuardrailIdentifier: sdk.String("g"), GuardrailVersion: sdk.String("1")},
		RequestMetadata:              map[string]string{"team": "a"},
		ServiceTier:                  &types.ServiceTier{Type: types.ServiceTierTypePriority},
	})
	if err != nil || out.StopReason != types.StopReasonToolUse {
		t.Fatalf("got %v and %v, want a reply that the SDK reads", out, err)
	}
	want := got()[0]
	body, err := raw.Parse([]byte(`{"messages":[
		{"role":"system","content":"terse","cache_control":{"type":"ephemeral"}},
		{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"data:image/png;base64,cG5n"}}]},
		{"role":"assistant","content":"","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"sig"}],"tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
		{"role":"tool","tool_call_id":"t1","content":"ok"}],
		"max_tokens":9,"stop":"END","tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],"tool_choice":"auto",
		"top_k":5,"guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"},"metadata":{"team":"a"},"service_tier":"priority"}`))
	if err != nil {
		t.Fatal(err)
	}
	req, err := codec().Encode(&llm.Call{Body: body, To: &llm.Deployment{Provider: "bedrock", Model: "anthropic.claude-3-haiku-20240307-v1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	if req.Path != want.target {
		t.Errorf("got %s, want %s", req.Path, want.target)
	}
	if is, wanted := tree(t, req.Body), tree(t, []byte(want.body)); !reflect.DeepEqual(is, wanted) {
		t.Errorf("got %s, want %s", req.Body, want.body)
	}
	if kind := want.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("got %s, want JSON", kind)
	}
}

func tree(t *testing.T, b []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
