package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// problem is an error in OpenAI's shape.
type problem struct {
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
}

// completion is what is shown of a chat completion, or of one chunk of it.
type completion struct {
	problem
	Model   string `json:"model"`
	Choices []struct {
		Message struct {
			Content string `json:"content"`
		} `json:"message"`
		Delta struct {
			Content string `json:"content"`
		} `json:"delta"`
	} `json:"choices"`
	Usage struct {
		In  int64 `json:"prompt_tokens"`
		Out int64 `json:"completion_tokens"`
	} `json:"usage"`
}

// maxAnswer is the longest reply, or line of one, that is read: an answer to a
// short question.
const maxAnswer = 8 << 20

// whole prints a plain reply.
func (p *program) whole(body io.Reader, _ time.Time) error {
	var c completion
	if err := json.NewDecoder(io.LimitReader(body, maxAnswer)).Decode(&c); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if c.Error.Message != "" { // begun as a success, to keep the connection alive
		return errors.New(c.Error.Message)
	}
	if len(c.Choices) == 0 {
		return errors.New("the answer has no choices")
	}
	_, err := fmt.Fprintf(p.out, "%s\n\nmodel %s, %d tokens in, %d out", c.Choices[0].Message.Content, c.Model, c.Usage.In, c.Usage.Out)
	return err
}

// streamed prints a stream's words as they come.
func (p *program) streamed(body io.Reader, begun time.Time) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxAnswer)
	var model string
	var first time.Duration
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue // an empty line, or a comment that keeps the connection alive
		}
		if data == "[DONE]" {
			_, err := fmt.Fprintf(p.out, "\n\nmodel %s, first word after %v", model, first.Round(time.Millisecond))
			return err
		}
		var c completion
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			return fmt.Errorf("read a piece of the answer: %w", err)
		}
		if c.Error.Message != "" {
			return fmt.Errorf("the stream broke off: %s", c.Error.Message)
		}
		model = c.Model
		for _, choice := range c.Choices {
			if first == 0 && choice.Delta.Content != "" {
				first = time.Since(begun)
			}
			if _, err := io.WriteString(p.out, choice.Delta.Content); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the stream: %w", err)
	}
	return errors.New("the stream broke off without an error: it has no [DONE]")
}
