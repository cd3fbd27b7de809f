package generate

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// toolCall is a call that the model made, or what has come of it.
type toolCall struct {
	at                  int // its index in a stream
	id, name, signature string
	arguments           []byte
}

// callsOf reads a message's tool_calls.
func callsOf(list json.RawMessage) ([]toolCall, error) {
	var all []toolCall
	for _, item := range raw.Items(list) {
		o, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		var c toolCall
		if err := c.add(o); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// add takes in a call, or a piece of one.
func (c *toolCall) add(o raw.Object) error {
	f, err := inner(o, "function")
	if err != nil {
		return err
	}
	c.id, c.name = or(c.id, text(o, "id")), or(c.name, text(f, "name"))
	c.signature = or(c.signature, text(fieldsOf(o), "thought_signature"))
	c.arguments = append(c.arguments, text(f, "arguments")...)
	return nil
}

// whole says that no more arguments can come.
func (c *toolCall) whole() bool {
	if !bytes.HasSuffix(c.arguments, []byte("}")) {
		return false
	}
	_, ok := c.part()
	return ok
}

// part is false when the arguments are not an object.
func (c *toolCall) part() (raw.Object, bool) {
	args := json.RawMessage(strings.TrimSpace(string(c.arguments)))
	if len(args) == 0 {
		args = json.RawMessage("{}")
	}
	if args[0] != '{' || raw.Strict(args) != nil || c.name == "" {
		return raw.Object{}, false
	}
	f := raw.Object{}
	if c.id != "" {
		f = f.WithText("id", c.id)
	}
	f = f.WithText("name", c.name).WithRaw("args", args)
	return signed(raw.Object{}.WithRaw("functionCall", f.Bytes()), c.signature), true
}
