package main

import (
	"bytes"
	"encoding/json"
)

// question is the body of a chat completion request.
func question(model, content string, stream bool) []byte {
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Model    string    `json:"model,omitempty"`
		Messages []message `json:"messages"`
		Stream   bool      `json:"stream,omitempty"`
	}{model, []message{{"user", content}}, stream})
	if err != nil {
		panic(err) // strings always encode
	}
	return bytes.TrimSpace(b.Bytes())
}
