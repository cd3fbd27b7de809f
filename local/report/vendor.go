package main

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// vendor answers, at once, what OpenAI's API does.
func vendor() http.Handler {
	mux := http.NewServeMux()
	for path, answer := range map[string]string{
		"/v1/chat/completions": `{"id":"1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"` +
			strings.Repeat("A short answer. ", 40) + `"}}],"usage":{"prompt_tokens":400,"completion_tokens":160,"total_tokens":560}}`,
		"/v1/embeddings": `{"object":"list","model":"text-embedding-3-small","data":[{"object":"embedding","index":0,"embedding":[` +
			strings.Repeat("0.0123456,", 1535) + `0.1]}],"usage":{"prompt_tokens":8,"total_tokens":8}}`,
		"/v1/images/generations": `{"created":1,"data":[{"b64_json":"` + strings.Repeat("iVBORw0KGgoA", 8192) + `"}]}`,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		})
	}
	return mux
}

// configuration has the vendor's models.
const configuration = `
model_list:
  - {model_name: chat, litellm_params: {model: openai/gpt-4o-mini, api_base: $VENDOR/v1, api_key: os.environ/UPSTREAM_KEY}}
  - {model_name: embed, litellm_params: {model: openai/text-embedding-3-small, api_base: $VENDOR/v1, api_key: os.environ/UPSTREAM_KEY}}
  - {model_name: image, litellm_params: {model: openai/gpt-image-1, api_base: $VENDOR/v1, api_key: os.environ/UPSTREAM_KEY}}
`

// trust writes a file of those whom a process is to trust: this machine's
// authorities, as there are on Lambda, because reading them is most of what a
// first call costs; and the servers' own. Go reads a system's file and the
// folder that it is in, so this one is alone in a folder.
func trust(dir string, own tls.Certificate) (folder, file string, err error) {
	folder = filepath.Join(dir, "certs")
	file = filepath.Join(folder, "ca-bundle.crt")
	var bundle []byte
	for _, system := range []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"} { // Debian's, Amazon Linux's
		if bundle, err = os.ReadFile(system); err == nil {
			break
		}
	}
	if err != nil {
		return "", "", fmt.Errorf("read this machine's authorities: %w", err)
	}
	bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]})...)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", "", fmt.Errorf("make a folder: %w", err)
	}
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		return "", "", fmt.Errorf("write authorities: %w", err)
	}
	return folder, file, nil
}
