package tokens

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// contentOrDefault counts a list of content parts; if it cannot, the list as a
// whole counts DefaultTokenCount.
func (c Counter) contentOrDefault(list json.RawMessage) (int, error) {
	n, err := c.content(list)
	if err != nil && c.DefaultTokenCount != nil {
		return *c.DefaultTokenCount, nil
	}
	return n, err
}

func (c Counter) content(list json.RawMessage) (int, error) {
	n := 0
	for i, item := range raw.Items(list) {
		count, err := c.part(item)
		if err != nil {
			return 0, fmt.Errorf("part %d: %w", i, err)
		}
		n += count
	}
	return n, nil
}

// part counts one part: a bare text, an OpenAI text or image, or what
// Anthropic's API has beside them.
func (c Counter) part(item json.RawMessage) (int, error) {
	count := c.counting()
	if firstByte(item) == '"' {
		return count(decoded(item)), nil
	}
	part, err := raw.Parse(item)
	if err != nil {
		return 0, err
	}
	switch kind, _ := part.Text("type"); kind {
	case "text", "thinking": // of a thinking block the signature is not counted
		text, ok := part.Raw(kind)
		if !ok {
			return 0, nil
		}
		return count(pythonString(text)), nil
	case "image_url":
		value, _ := part.Raw("image_url")
		return c.image(value)
	case "tool_use":
		return c.fields(part, "name", "input", "caller")
	case "tool_result":
		if _, ok := part.Raw("tool_use_id"); !ok {
			return 0, errors.New("a tool_result without tool_use_id")
		}
		return c.fields(part, "content")
	default:
		return 0, fmt.Errorf("unknown type %q", kind)
	}
}

// fields counts those members that are texts, lists of parts or objects.
func (c Counter) fields(part raw.Object, names ...string) (int, error) {
	n := 0
	for _, name := range names {
		value, _ := part.Raw(name)
		switch firstByte(value) {
		case '"', '{':
			n += c.counting()(pythonString(value))
		case '[':
			count, err := c.contentOrDefault(value)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", name, err)
			}
			n += count
		}
	}
	return n, nil
}

// image counts the value of an image_url part: a URL, or an object that has one
// and says how closely the model is to look.
func (c Counter) image(value json.RawMessage) (int, error) {
	url, detail := "", "auto"
	switch firstByte(value) {
	case '"':
		url = decoded(value)
	case '{':
		o, err := raw.Parse(value)
		if err != nil {
			return 0, err
		}
		url, _ = o.Text("url")
		if _, ok := o.Raw("detail"); ok {
			detail, _ = o.Text("detail")
		}
	}
	switch {
	case url == "":
		return 0, errors.New("image_url has no URL")
	case detail != "low" && detail != "high" && detail != "auto":
		return 0, fmt.Errorf("unknown image detail %q: not low, high or auto", detail)
	case c.UseDefaultImageTokenCount:
		return DefaultImageTokens, nil
	case detail != "high":
		return imageTokens, nil
	}
	width, height, err := imageSize(url)
	if err != nil {
		return 0, fmt.Errorf("read image: %w", err)
	}
	return imageTokens + 2*imageTokens*tiles(width, height), nil
}
