package main

import (
	"bytes"
	"fmt"
	"strings"
)

// masterKey guards the gateway and is what the load sends.
const masterKey = "sk-bench-master"

// pacedEvents is how many content events a stream has.
const pacedEvents = 200

// scene is one kind of request.
type scene struct {
	name    string
	unit    string // what is counted: "request" or "event"
	body    []byte
	clients int
}

// scenes are the three kinds that cost differently: a small body is all
// overhead, a large one is bytes passed, a stream is wakeups and flushes.
func scenes() []scene {
	return []scene{
		{"plain, 1.6 KB", "request", question(1600, false), 16},
		{"plain, 110 KB", "request", question(110<<10, false), 16},
		{"streamed, paced", "event", question(1600, true), 16},
	}
}

// question is a chat request of about size bytes: a conversation, as large
// requests are, not one long string.
func question(size int, stream bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"model":"bench","temperature":0.7,"max_tokens":256,"stream":%t,"messages":[`, stream)
	b.WriteString(`{"role":"system","content":"You answer in one short paragraph."}`)
	turn := strings.Repeat("Tell me more about the history of toll gates. ", 8)
	for b.Len() < size-60 {
		room := min(len(turn), size-60-b.Len())
		fmt.Fprintf(&b, `,{"role":"user","content":"%s\n"}`, turn[:room])
	}
	b.WriteString("]}")
	return b.Bytes()
}

// check says what is wrong with a reply, and counts what it measures by.
func (s scene) check(status int, body []byte) (int, error) {
	if status != 200 {
		return 0, fmt.Errorf("%s: status %d: %.200s", s.name, status, body)
	}
	if s.unit == "request" {
		if !bytes.Contains(body, []byte(`"content":"`+answer)) || !bytes.Contains(body, []byte(`"total_tokens":61`)) {
			return 0, fmt.Errorf("%s: not the upstream's reply: %.300s", s.name, body)
		}
		return 1, nil
	}
	events := bytes.Count(body, []byte(`"delta":{"content":"`))
	if events != pacedEvents || !bytes.HasSuffix(body, []byte("data: [DONE]\n\n")) {
		return 0, fmt.Errorf("%s: %d content events, want %d and then [DONE]: ...%.100s", s.name, events, pacedEvents, body[max(0, len(body)-100):])
	}
	return events, nil
}
