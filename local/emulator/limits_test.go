package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestLimitOfAnEvent holds how large a request may be on its way to a function,
// in text and in files, which base64 makes a third larger.
func TestLimitOfAnEvent(t *testing.T) {
	url, _ := product(t, Options{}, "")
	file := func(size int) *http.Response {
		return upload(t, url+"/v1/audio/transcriptions", part{"file", "a.wav", "audio/wav", noise(size)}, part{field: "model", data: []byte("demo")})
	}
	text := func(size int) *http.Response { // of what JSON writers like to make six bytes of each
		return send(t, t.Context(), "POST", url+"/v1/moderations", `{"model":"demo","input":"`+strings.Repeat("<", size)+`"}`,
			"Authorization", "Bearer "+master, "Content-Type", "application/json")
	}
	for name, resp := range map[string]*http.Response{"file": file(4_500_000), "text": text(6_250_000)} {
		if body := read(t, resp.Body); resp.StatusCode != http.StatusOK {
			t.Errorf("%s that fits: got %d %.300s, want 200", name, resp.StatusCode, body)
		}
	}
	for _, resp := range []*http.Response{file(4_750_000), file(12 << 20), text(6 << 20), text(12 << 20)} {
		checkError(t, resp, http.StatusRequestEntityTooLarge, tooLarge)
	}
}

// TestOwnLimit holds that a request over max_request_size_mb is refused with the
// limit and its own size, in the words of the API that it came by.
func TestOwnLimit(t *testing.T) {
	url, _ := product(t, Options{}, mine("http://127.0.0.1:1")+"general_settings: {max_request_size_mb: 1}\n")
	const kept = 1 << 20
	long := strings.Repeat("x", 2*kept)
	tests := []struct{ path, body, member, want string }{
		{"/v1/chat/completions", `{"model":"mine","messages":[{"role":"user","content":"` + long + `"}]}`, "type", "invalid_request_error"},
		{"/v1/embeddings", `{"model":"mine","input":"` + long + `"}`, "code", "413"},
		{"/v1/messages", `{"model":"mine","max_tokens":9,"messages":[{"role":"user","content":"` + long + `"}]}`, "type", "request_too_large"},
		{"/v1beta/models/mine:generateContent", `{"contents":[{"role":"user","parts":[{"text":"` + long + `"}]}]}`, "status", "INVALID_ARGUMENT"},
		{"/v1/audio/transcriptions", "", "type", "invalid_request_error"},
		{"/openai/v1/chat/completions", `{"input":"` + long + `"}`, "code", "413"},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			var resp *http.Response
			if test.body == "" {
				resp = upload(t, url+test.path, part{field: "model", data: []byte("mine")}, part{"file", "a.wav", "audio/wav", noise(2 * kept)})
			} else {
				resp = send(t, t.Context(), "POST", url+test.path, test.body, "Authorization", "Bearer "+master, "Content-Type", "application/json")
			}
			body := read(t, resp.Body)
			var got struct{ Error map[string]any }
			if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge {
				t.Fatalf("got %d %.300s, want 413", resp.StatusCode, body)
			}
			if got.Error[test.member] != test.want {
				t.Errorf("got %s %v, want %s", test.member, got.Error[test.member], test.want)
			}
			size := int64(len(test.body))
			if test.body == "" {
				size = resp.Request.ContentLength
			}
			want := fmt.Sprintf("the request of %d bytes is larger than %d bytes", size, kept)
			if message := fmt.Sprint(got.Error["message"]); !strings.HasSuffix(message, want) {
				t.Errorf("got message %s, want %s", message, want)
			}
		})
	}
}

// TestKeptResponses holds that a response can be read again, followed and deleted
// while its function lives: the environment keeps it in memory.
func TestKeptResponses(t *testing.T) {
	url, g := product(t, Options{}, "")
	ask := func(method, path, body string, status int) (got map[string]any) {
		t.Helper()
		resp := send(t, t.Context(), method, url+path, body, "Authorization", "Bearer "+master, "Content-Type", "application/json")
		text := read(t, resp.Body)
		if err := json.Unmarshal([]byte(text), &got); err != nil || resp.StatusCode != status {
			t.Fatalf("%s %s: got %d %s, want %d", method, path, resp.StatusCode, text, status)
		}
		waitIdle(t, g.functions["chat"]) // or the next request gets an environment of its own
		return got
	}
	made := ask("POST", "/v1/responses", `{"model":"demo","input":"one"}`, 200)
	path := fmt.Sprintf("/v1/responses/%v", made["id"])
	if got := ask("GET", path, "", 200); fmt.Sprint(got) != fmt.Sprint(made) {
		t.Errorf("got %v, want %v again", got, made)
	}
	if got := fmt.Sprint(ask("GET", path+"/input_items", "", 200)["data"]); !strings.Contains(got, "text:one") {
		t.Errorf("got input %s, want one", got)
	}
	next := ask("POST", "/v1/responses", fmt.Sprintf(`{"model":"demo","input":"two","previous_response_id":%q}`, made["id"]), 200)
	if next["previous_response_id"] != made["id"] {
		t.Errorf("got previous_response_id %v, want %v", next["previous_response_id"], made["id"])
	}
	ask("POST", path+"/cancel", "", 400) // it did not run in the background
	if got := ask("DELETE", path, "", 200); got["deleted"] != true {
		t.Errorf("got %v, want deleted", got)
	}
	ask("GET", path, "", 404)
	if n := len(g.functions["chat"].all); n != 1 {
		t.Errorf("got %d environments, want one", n)
	}
}
