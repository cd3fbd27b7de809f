package tokens

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/raw"
)

const (
	// DefaultTrimRatio is how much of a window TrimMessages fills if nothing
	// else is said, as in LiteLLM.
	DefaultTrimRatio = 0.75

	// MinimumPromptCacheTokens is the shortest prompt that OpenAI and Anthropic
	// cache: https://platform.openai.com/docs/guides/prompt-caching. Some of
	// Anthropic's models want more, which LiteLLM does not look at either.
	MinimumPromptCacheTokens = 1024

	shortenings = 10 // how often a message is shortened before it is given up
)

// Limit says how many tokens TrimMessages leaves.
type Limit struct {
	MaxTokens int     // of the messages; 0: as much of the window as Ratio says
	Window    int     // how many tokens the model takes in; 0: not known
	Ratio     float64 // from 0 to 1; 0: DefaultTrimRatio
}

func (l Limit) tokens() (int, bool) {
	switch {
	case l.MaxTokens > 0:
		return l.MaxTokens, true
	case l.Window <= 0:
		return 0, false
	case l.Ratio > 0:
		return int(float64(l.Window) * l.Ratio), true
	}
	return int(float64(l.Window) * DefaultTrimRatio), true
}

// TrimMessages makes a JSON array of chat messages fit a limit, as
// litellm.trim_messages does: the system messages become one, which is kept;
// then come the latest messages that fit, and one that does not loses its
// middle. Tool results at the end are kept as they are and are not counted when
// it is decided whether to trim.
//
// It also returns how many tokens the limit has left; fewer than 0 if what must
// be kept is longer. LiteLLM takes a system message off twice there.
//
// Messages within the limit, and all if there is none, come back as they were.
// So do messages it cannot read or shorten, with the error: the caller may go on
// with them.
func TrimMessages(model string, messages []byte, limit Limit) (trimmed []byte, left int, err error) {
	most, ok := limit.tokens()
	if !ok {
		return messages, 0, nil
	}
	list, err := objects(messages)
	if err != nil {
		return messages, 0, fmt.Errorf("read messages: %w", err)
	}
	t := trimmer{model: model, counter: Counter{Model: model}}
	kept, left, err := t.trim(list, most)
	if err != nil {
		return messages, 0, fmt.Errorf("trim messages: %w", err)
	}
	if kept == nil {
		return messages, left, nil
	}
	return raw.List(kept), left, nil
}

// IsPromptCachingValidPrompt reports whether a prompt is long enough for a
// provider to cache it. What cannot be counted is not.
func IsPromptCachingValidPrompt(model string, messages, tools []byte) bool {
	n, err := Counter{Model: model, UseDefaultImageTokenCount: true}.Messages(messages, tools, nil)
	return err == nil && n >= MinimumPromptCacheTokens
}

type trimmer struct {
	model   string
	counter Counter
}

// trim returns what is kept, or nil for everything, and what is left of most.
func (t trimmer) trim(list []raw.Object, most int) ([]raw.Object, int, error) {
	for i, m := range list {
		if !m.Has("role") {
			return nil, 0, fmt.Errorf("message %d has no role", i)
		}
	}
	talk := list
	for len(talk) > 0 && role(talk[len(talk)-1]) == "tool" {
		talk = talk[:len(talk)-1]
	}
	results := list[len(talk):]
	current, err := t.count(talk...)
	if err != nil {
		return nil, 0, err
	}
	ofResults, err := t.count(results...)
	if err != nil {
		return nil, 0, err
	}
	if current < most {
		return nil, most - current - (ofResults - priming), nil
	}

	system, talk, err := partSystem(talk)
	if err != nil {
		return nil, 0, err
	}
	room := most
	kept := []raw.Object{}
	if system != "" {
		message := raw.Object{}.WithText("role", "system").WithText("content", system)
		if message, err = t.shorten(message, most); err != nil {
			return nil, 0, err
		}
		used, err := t.count(message)
		if err != nil {
			return nil, 0, err
		}
		kept, room = []raw.Object{message}, most-used
		if room == 0 {
			return kept, 0, nil
		}
	}
	latest, err := t.latest(talk, room)
	if err != nil {
		return nil, 0, err
	}
	kept = append(append(kept, latest...), results...)
	used, err := t.count(kept...)
	return kept, most - used, err
}

// latest returns the last messages that have room, in their order. An older one
// may be kept where a later one is too long to be.
func (t trimmer) latest(talk []raw.Object, room int) ([]raw.Object, error) {
	kept, used := []raw.Object{}, priming
	for i := len(talk) - 1; i >= 0 && room-used > 3; i-- {
		message := talk[i]
		size, err := t.count(message)
		if err != nil {
			return nil, err
		}
		_, fixed := message.Raw("function_call")
		if used+size-priming > room && !fixed {
			if message, err = t.shorten(message, room-used); err != nil {
				return nil, err
			}
			if size, err = t.count(message); err != nil {
				return nil, err
			}
		}
		if used+size-priming <= room {
			kept = append(kept, message)
			used += size - priming
		}
	}
	slices.Reverse(kept)
	return kept, nil
}

// shorten takes characters out of a message's middle until it has at most that
// many tokens, as near as it comes in ten steps.
func (t trimmer) shorten(message raw.Object, most int) (raw.Object, error) {
	if strings.Contains(t.model, "gpt") && most <= 10 {
		return message, nil // an empty message has 7 there
	}
	for range shortenings {
		total, err := t.count(message)
		if err != nil || total <= most {
			return message, err
		}
		text, ok := message.Text("content")
		if !ok {
			return message, errors.New("a message without text cannot be shortened")
		}
		content := []rune(text)
		half := (int(float64(len(content))*(float64(most)/float64(total))) - 1) / 2
		if half <= 0 {
			return message, nil // nothing would be left of it
		}
		message = message.WithText("content", string(content[:half])+".."+string(content[len(content)-half:]))
	}
	return message, nil
}

func (t trimmer) count(messages ...raw.Object) (int, error) {
	return t.counter.Messages(raw.List(messages), nil, nil)
}

// partSystem joins the texts of the system messages and returns the others.
func partSystem(list []raw.Object) (string, []raw.Object, error) {
	var system string
	var others []raw.Object
	for _, m := range list {
		if role(m) != "system" {
			others = append(others, m)
			continue
		}
		text, ok := m.Text("content")
		if !ok {
			return "", nil, errors.New("a system message whose content is not text cannot be joined with others")
		}
		if system != "" {
			system += "\n"
		}
		system += text
	}
	return system, others, nil
}

func role(message raw.Object) string {
	text, _ := message.Text("role")
	return text
}
