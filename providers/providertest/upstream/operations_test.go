package upstream_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/providers/providertest/upstream"
)

// TestOperations: what each API beside chat answers, in parts of its body.
func TestOperations(t *testing.T) {
	srv := upstream.Start(t)
	for _, c := range []struct {
		path, body string
		status     int
		kind       string
		want       []string
	}{
		{"/v1/embeddings", `{"model":"text","input":["a","bc"],"dimensions":2}`, 200, "application/json", []string{`"embedding":[-0.4375,-0.375]`, `"embedding":[-0.375,-0.3125]`, `"total_tokens":22`}},
		{"/v1/embeddings", `{"model":"text","input":[1,2,3],"dimensions":1,"encoding_format":"base64"}`, 200, "application/json", []string{`"embedding":"AACgvg=="`}},
		{"/v1/embeddings", `{"model":"text"}`, 400, "application/json", []string{"Missing required parameter: 'input'."}},
		{"/v1/embeddings", `{"model":"429-7","input":"a"}`, 429, "application/json", []string{"Rate limit"}},
		{"/v1/moderations", `{"model":"filtered","input":["a","b"]}`, 200, "application/json", []string{`"flagged":true`, `"harassment":0.9375`, `"self-harm/intent":["text"]`}},
		{"/v1/moderations", `{"model":"text","input":[{"type":"text","text":"a"}]}`, 200, "application/json", []string{`"flagged":false`}},
		{"/v1/images/generations", `{"model":"text","prompt":"p","n":2,"size":"1024x1536"}`, 200, "application/json", []string{`"b64_json":"iVBOR`, `"size":"1024x1536"`, `"image_tokens":544`}},
		{"/v1/images/generations", `{"model":"text","prompt":"p","response_format":"url"}`, 200, "application/json", []string{`"revised_prompt":"p"`, `"url":"https://`}},
		{"/v1/images/generations", `{"model":"text","prompt":"p","stream":true,"partial_images":1}`, 200, "text/event-stream; charset=utf-8", []string{"event: image_generation.partial_image", "event: image_generation.completed", `"partial_image_index":0`}},
		{"/v1/audio/speech", `{"model":"text-1","input":"x","voice":"alloy"}`, 200, "audio/mpeg", []string{"\x00\x01\x02", "\x4d\x4e\x4f"}},
		{"/v1/audio/speech", `{"model":"text-1","input":"x","voice":"alloy","stream_format":"sse"}`, 200, "text/event-stream; charset=utf-8", []string{`"audio":"AAECAwQ`, "speech.audio.done"}},
		{"/v1/audio/transcriptions", `{"model":"text"}`, 400, "application/json", []string{"files have to be sent in a form"}},
		{"/v1/completions", `{"model":"text-2","prompt":["a","b"],"echo":true}`, 200, "application/json", []string{`"text":"aalpha bravo","index":0`, `"text":"balpha bravo","index":1`, `"completion_tokens":4`}},
		{"/v1/completions", `{"model":"text","prompt":"a","max_tokens":2,"stream":true,"stream_options":{"include_usage":true}}`, 200, "text/event-stream; charset=utf-8", []string{`"finish_reason":"length"`, `"choices":[],"usage":{`, "data: [DONE]"}},
		{"/v1/responses", `{"model":"text","input":"hi","max_output_tokens":2}`, 200, "application/json", []string{`"status":"incomplete"`, `"reason":"max_output_tokens"`, `"text":"alpha bravo"`}},
		{"/v1/responses", `{"model":"reasoning","input":"hi","reasoning":{"summary":"auto"}}`, 200, "application/json", []string{`"type":"summary_text"`, `"reasoning_tokens":64`}},
		{"/v1/responses", `{"model":"text","input":"hi","top_k":1}`, 400, "application/json", []string{"Unknown parameter: 'top_k'."}},
		{"/v1/responses", `{"model":"text","input":[{"type":"function_call_output","call_id":"c1","output":"x"}]}`, 400, "application/json", []string{"No tool call found for function call output with call_id c1."}},
		{"/v1/responses", `{"model":"overload-late","input":"hi","stream":true}`, 200, "text/event-stream; charset=utf-8", []string{"event: error", `"sequence_number":6,"type":"error"`}},
		{"/v1/responses", `{"model":"reasoning-content","input":"hi","stream":true}`, 200, "text/event-stream; charset=utf-8", []string{"event: response.reasoning_summary_text.delta", "event: response.completed"}},
		{"/v2/chat", `{"model":"text-2","messages":[{"role":"user","content":"hi"}]}`, 200, "application/json", []string{`"finish_reason":"COMPLETE"`, `{"text":"alpha bravo","type":"text"}`}},
		{"/v2/chat", `{"model":"text","stream":true,"max_tokens":1,"messages":[{"role":"user","content":"hi"}]}`, 200, "text/event-stream; charset=utf-8", []string{"event: content-delta", `"finish_reason":"MAX_TOKENS"`}},
		{"/v2/chat", `{"model":"text","n":1,"messages":[{"role":"user","content":"hi"}]}`, 422, "application/json", []string{"parameter 'n' is not a valid field"}},
		{"/v2/chat", `{"model":"nobody","messages":[{"role":"user","content":"hi"}]}`, 404, "application/json", []string{`{"message":"model 'nobody' not found`}},
		{"/v2/rerank", `{"model":"text","query":"a red car","documents":["a report","a red car"],"top_n":1}`, 200, "application/json", []string{`"results":[{"index":1,"relevance_score":1}]`, `"search_units":1`}},
		{"/v2/rerank", `{"model":"text","query":"x","documents":[]}`, 400, "application/json", []string{"documents must not be empty"}},
	} {
		g := post(t.Context(), t, srv.URL+c.path, c.body)
		if g.status != c.status || g.header.Get("Content-Type") != c.kind || g.err != nil {
			t.Errorf("%s %s: got %d %q %v, want %d %q", c.path, c.body, g.status, g.header.Get("Content-Type"), g.err, c.status, c.kind)
		}
		for _, part := range c.want {
			if !strings.Contains(g.body, part) {
				t.Errorf("%s %s: got %s, want %s in it", c.path, c.body, g.body, part)
			}
		}
	}
}

// TestForms: files come in forms, and a name twice only with brackets.
func TestForms(t *testing.T) {
	srv := upstream.Start(t)
	for _, c := range []struct {
		path  string
		files []string // names of fields
		more  [][2]string
		want  string
	}{
		{"/v1/images/edits", []string{"image[]", "image[]"}, nil, `"image_tokens":6,"text_tokens":11`},
		{"/v1/images/edits", []string{"image", "image"}, nil, "Duplicate parameter: 'image'."},
		{"/v1/images/edits", []string{"image"}, [][2]string{{"stream", "true"}}, "event: image_edit.completed"},
		{"/v1/images/variations", []string{"image"}, [][2]string{{"prompt", ""}}, "Unrecognized request argument supplied: prompt"},
		{"/v1/audio/transcriptions", []string{"file"}, nil, `{"text":"alpha bravo charlie delta echo foxtrot golf hotel","usage":{`},
		{"/v1/audio/transcriptions", []string{"file"}, [][2]string{{"response_format", "verbose_json"}, {"timestamp_granularities[]", "word"}}, `"words":[{"end":0.5,"start":0,"word":"alpha"}`},
		{"/v1/audio/transcriptions", []string{"file"}, [][2]string{{"response_format", "srt"}}, "1\n00:00:00,000 --> 00:00:04,000\nalpha"},
		{"/v1/audio/transcriptions", []string{"file"}, [][2]string{{"response_format", "vtt"}}, "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nalpha"},
		{"/v1/audio/transcriptions", []string{"file"}, [][2]string{{"stream", "true"}}, `"type":"transcript.text.done"`},
		{"/v1/audio/translations", []string{"file"}, [][2]string{{"response_format", "text"}}, "golf hotel\n"},
	} {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		fields := append([][2]string{{"model", "text"}}, c.more...)
		if strings.HasSuffix(c.path, "edits") {
			fields = append(fields, [2]string{"prompt", "p"})
		}
		for _, f := range fields {
			if err := form.WriteField(f[0], f[1]); err != nil {
				t.Fatal(err)
			}
		}
		for _, field := range c.files {
			w, err := form.CreateFormFile(field, "a.bin")
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte{0, 1, 2})
		}
		form.Close()
		if got := upload(t.Context(), t, srv.URL+c.path, form.FormDataContentType(), &body); !strings.Contains(got, c.want) {
			t.Errorf("%s %v %v: got %s, want %s in it", c.path, c.files, c.more, got, c.want)
		}
	}
}

func upload(ctx context.Context, t *testing.T, url, kind string, body *bytes.Buffer) string {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, "POST", url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer sk-test")
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var all bytes.Buffer
	if _, err := all.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return all.String()
}
