package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrInvalid is what Load and Parse return when a Problem is an error.
var ErrInvalid = errors.New("invalid configuration")

// Severity says whether the gateway may start.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is something wrong, or without effect, at one place of a file. It
// holds no secret.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`   // from 1; 0: the file as a whole
	Column   int      `json:"column"` // in characters, from 1
	Severity Severity `json:"severity"`
	Key      string   `json:"key,omitempty"` // dotted path: model_list[0].litellm_params.timeout
	Message  string   `json:"message"`
	Excerpt  string   `json:"excerpt,omitempty"` // numbered lines of the file with a caret
}

// String is the problem for a terminal, over several lines.
func (p Problem) String() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	s := fmt.Sprintf("%s: %s: %s", at, p.Severity, p.Message)
	if p.Excerpt != "" {
		s += "\n" + p.Excerpt
	}
	return s
}

// place is a position in a source.
type place struct {
	src       *source
	line, col int
}

// problems collects what is found, in any order.
type problems struct {
	list  []Problem
	order []int // rank of the file of each, as files were opened
}

func (ps *problems) add(at place, severity Severity, key, message string) int {
	p := Problem{Severity: severity, Key: key, Message: message, Line: at.line, Column: at.col}
	rank := 0
	if at.src != nil {
		p.File, rank = at.src.name, at.src.rank
		p.Excerpt = at.src.excerpt(at.line, at.col)
	}
	ps.list = append(ps.list, p)
	ps.order = append(ps.order, rank)
	return len(ps.list) - 1
}

// sorted gives the problems in the order of reading.
func (ps *problems) sorted() []Problem {
	index := make([]int, len(ps.list))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(ps.order[a], ps.order[b]),
			cmp.Compare(ps.list[a].Line, ps.list[b].Line),
			cmp.Compare(ps.list[a].Column, ps.list[b].Column),
		)
	})
	out := make([]Problem, 0, len(index))
	for _, i := range index {
		p := ps.list[i]
		// What every deployment inherits is read, and found wrong, once for each.
		if n := len(out); n > 0 && out[n-1].File == p.File && out[n-1].Line == p.Line && out[n-1].Column == p.Column && out[n-1].Message == p.Message {
			continue
		}
		out = append(out, p)
	}
	return out
}

// err is nil when every problem is a warning.
func (ps *problems) err(name string) error {
	n := 0
	for _, p := range ps.list {
		if p.Severity == Error {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("read %s: 1 error: %w", name, ErrInvalid)
	}
	return fmt.Errorf("read %s: %d errors: %w", name, n, ErrInvalid)
}
