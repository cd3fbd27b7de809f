package databricks

import (
	"bytes"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
	"github.com/tollgate-llm/tollgate/providers/chat"
)

// content is what a list of parts says, in OpenAI's words and LiteLLM's.
// Source: https://docs.databricks.com/aws/en/machine-learning/model-serving/query-reason-models
type content struct {
	text, reasoning strings.Builder
	hasText         bool
	signed          string       // the signature of reasoning
	sealed          []raw.Object // thoughts that only the model can read
	cited           []raw.Object // with the text they are about
	others          []raw.Object // parts that OpenAI has no word for
}

func read(list []byte) (*content, error) {
	c := &content{}
	for _, item := range raw.Items(list) {
		part, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		kind, _ := part.Text("type")
		text, _ := part.Text("text")
		switch kind {
		case "text":
			c.text.WriteString(text)
			c.hasText = true
		case "reasoning":
			if err := c.think(part); err != nil {
				return nil, err
			}
		default:
			c.others = append(c.others, part)
		}
		citations, _ := part.Raw("citations")
		for _, item := range raw.Items(citations) {
			if cited, err := raw.Parse(item); err == nil {
				c.cited = append(c.cited, cited.WithText("supported_text", text))
			}
		}
	}
	return c, nil
}

// think reads a summary of what the model thought.
func (c *content) think(part raw.Object) error {
	v, _ := part.Raw("summary")
	for _, item := range raw.Items(v) {
		s, err := raw.Parse(item)
		if err != nil {
			return err
		}
		if kind, _ := s.Text("type"); kind != "summary_text" {
			c.sealed = append(c.sealed, s)
			continue
		}
		text, _ := s.Text("text")
		c.reasoning.WriteString(text)
		if signature, _ := s.Text("signature"); signature != "" {
			c.signed = signature
		}
	}
	return nil
}

// blocks are the thoughts that the caller must give back as they are: those
// that are signed, whose whole text is given, and those that are sealed.
func (c *content) blocks(whole string) []raw.Object {
	var all []raw.Object
	if c.signed != "" {
		all = append(all, chat.Typed("thinking").WithText("thinking", whole).WithText("signature", c.signed))
	}
	return append(all, c.sealed...)
}

// fields is what OpenAI has no word for.
func (c *content) fields() raw.Object {
	var o raw.Object
	if c.cited != nil {
		o = o.WithRaw("citations", raw.List(c.cited))
	}
	if c.others != nil {
		o = o.WithRaw("content_blocks", raw.List(c.others))
	}
	return o
}

// reply rewrites a plain answer whose messages have lists for their content.
// One that has none keeps its bytes.
func reply(body []byte) ([]byte, error) {
	if !bytes.Contains(body, []byte(`"type"`)) {
		return body, nil
	}
	return choices(body, "message", func(_ int, _ bool, m raw.Object) (raw.Object, error) {
		v, _ := m.Raw("content")
		if !isList(v) {
			return m, nil
		}
		c, err := read(v)
		if err != nil {
			return m, err
		}
		if m = m.WithRaw("content", []byte("null")); c.hasText {
			m = m.WithText("content", c.text.String())
		}
		return c.besides(m, c.reasoning.String()), nil
	})
}

// besides adds what is no content.
func (c *content) besides(m raw.Object, whole string) raw.Object {
	if c.reasoning.Len() > 0 {
		m = m.WithText("reasoning_content", c.reasoning.String())
	}
	if blocks := c.blocks(whole); blocks != nil {
		m = m.WithRaw("thinking_blocks", raw.List(blocks))
	}
	if fields := c.fields(); fields.Len() > 0 {
		m = m.WithRaw("provider_specific_fields", fields.Bytes())
	}
	return m
}

// choices edits the member of each choice: its message or its delta. finished
// says that the choice has its finish reason.
func choices(body []byte, member string, edit func(choice int, finished bool, m raw.Object) (raw.Object, error)) ([]byte, error) {
	o, err := raw.Parse(body)
	if err != nil {
		return nil, err
	}
	v, _ := o.Raw("choices")
	if !isList(v) {
		return body, nil
	}
	var all []raw.Object
	for i, item := range raw.Items(v) {
		choice, err := raw.Parse(item)
		if err != nil {
			return nil, err
		}
		if inner, _ := choice.Raw(member); choice.Has(member) {
			m, err := raw.Parse(inner)
			if err != nil {
				return nil, err
			}
			if m, err = edit(index(choice, i), choice.Has("finish_reason"), m); err != nil {
				return nil, err
			}
			choice = choice.WithRaw(member, m.Bytes())
		}
		all = append(all, choice)
	}
	if all == nil {
		return body, nil
	}
	return o.WithRaw("choices", raw.List(all)).Bytes(), nil
}
