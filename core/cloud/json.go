package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Operation is one of a service whose protocol is AWS's JSON.
// Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type Operation struct {
	Service
	Target  string // the header X-Amz-Target: "secretsmanager.GetSecretValue"
	Version string // of the protocol: "1.0", or "" for 1.1
}

// Ask sends the members of a question and reads the answer into out. What AWS
// refuses is a *Refusal.
func (a *Account) Ask(ctx context.Context, o Operation, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("write a question to AWS: %w", err)
	}
	version := o.Version
	if version == "" {
		version = "1.1"
	}
	answer, err := a.Do(ctx, o.Service, Request{Method: http.MethodPost, Body: body, Header: http.Header{
		"Content-Type": {"application/x-amz-json-" + version},
		"X-Amz-Target": {o.Target},
	}})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		return refused(o.Target, answer)
	}
	if json.Unmarshal(answer.Body, out) != nil { // whose error would quote what may be a secret
		return fmt.Errorf("%s: the answer is not what AWS writes", o.Target)
	}
	return nil
}

// Refusal is AWS's error.
type Refusal struct {
	Target  string // what was asked for
	Status  int
	Kind    string // the exception's name; "" where the answer has none
	Message string
}

// refused reads an error. Only what has AWS's form is told on.
func refused(target string, a *Answer) *Refusal {
	const most = 300
	var said struct {
		Message string `json:"message"` // some services write it with a capital
	}
	_ = json.Unmarshal(a.Body, &said) // what is not JSON comes from a proxy, and the status must do
	return &Refusal{target, a.Status, kind(a.Body), said.Message[:min(len(said.Message), most)]}
}

// kind is an error's name, without the namespace that some services put before
// it, and the address behind it.
func kind(body []byte) string {
	var said struct {
		Type string `json:"__type"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	_, name, ok := strings.Cut(said.Type, "#")
	if !ok {
		name = said.Type
	}
	name, _, _ = strings.Cut(name, ":")
	return name
}

// Error implements error.
func (r *Refusal) Error() string {
	s := fmt.Sprintf("%s: AWS answered %d", r.Target, r.Status)
	if r.Kind != "" {
		s += " " + r.Kind
	}
	if r.Message != "" {
		s += ": " + r.Message
	}
	return s
}
