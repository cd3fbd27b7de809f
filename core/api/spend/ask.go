package spend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/people"
	"github.com/tollgate-llm/tollgate/core/spend"
)

func bad(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.BadRequestError, Type: "bad_request_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

func forbidden(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.PermissionDeniedError, Type: "auth_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

func missing(field, format string, a ...any) *llm.Error {
	return &llm.Error{Class: llm.NotFoundError, Type: "not_found_error", Param: field, Message: fmt.Sprintf(format, a...)}
}

// told is an error for who asked.
func told(err error) error {
	var known *llm.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return &llm.Error{Class: llm.ServiceUnavailableError, Message: "the spend log cannot be read now", Err: err}
}

// text is a member of the query; "" when it is not there.
func (q *asked) text(name string) string { return q.URL.Query().Get(name) }

// list is a member of the query that has several texts with commas between.
func (q *asked) list(name string) []string {
	if q.text(name) == "" {
		return nil
	}
	return strings.Split(q.text(name), ",")
}

// number is a whole number of the query.
func (q *asked) number(name string, absent, least, most int) (int, error) {
	text := q.text(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, &llm.Error{
			Class: llm.UnprocessableEntityError, Type: "validation_error", Param: name,
			Message: fmt.Sprintf("%s is a number from %d to %d", name, least, most),
		}
	}
	return n, nil
}

// key is the hash of a key that the query names, by itself or by its hash.
func (q *asked) key() string {
	if text := q.text("api_key"); text != "" {
		return people.KeyHash(text)
	}
	return ""
}

const mostDays = 366

// span is from when to when, without the end, a report is.
type span struct{ from, to time.Time }

// dates are the days that a request must name: all of both.
func (q *asked) dates() (span, error) {
	if q.text("start_date") == "" || q.text("end_date") == "" {
		return span{}, bad("start_date", "Please provide start_date and end_date")
	}
	return q.spanOr(span{})
}

// spanOr are the days that a request names, or others.
func (q *asked) spanOr(absent span) (span, error) {
	s := absent
	for name, t := range map[string]*time.Time{"start_date": &s.from, "end_date": &s.to} {
		text := strings.TrimSpace(q.text(name))
		if text == "" {
			continue
		}
		at, err := time.Parse(time.DateOnly, text)
		switch {
		case err != nil:
			if at, err = time.Parse(time.DateTime, strings.Replace(text, "T", " ", 1)); err != nil {
				return s, bad(name, "Invalid date format: %.40s. Expected: 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'", text)
			}
			if name == "end_date" {
				at = at.Add(time.Second)
			}
		case name == "end_date":
			at = at.AddDate(0, 0, 1)
		}
		*t = at
	}
	if s.to.Sub(s.from) > mostDays*24*time.Hour {
		return s, bad("start_date", "at most %d days at once", mostDays)
	}
	return s, nil
}

// month are the last 30 days, and today.
func (h *Handler) month() span {
	now := h.Book.Now().UTC()
	return span{now.Truncate(24*time.Hour).AddDate(0, 0, -30), now.Add(time.Second)}
}

// fold visits the cells of a span that a view sees, day by day.
func (h *Handler) fold(ctx context.Context, v view, who spend.Who, s span, visit func(t time.Time, c *spend.Cell, sums *spend.Sums) error) error {
	return h.Book.Days(ctx, who, s.from, s.to.Add(-1), func(t time.Time, cube spend.Cube) error {
		for cell, sums := range cube {
			if cell.Op == spend.Adjusts || !v.sees(&cell) {
				continue
			}
			if err := visit(t, &cell, &sums); err != nil {
				return err
			}
		}
		return nil
	})
}

// dollars are pico-dollars, as a JSON number of dollars.
type dollars int64

// MarshalJSON writes the amount without an exponent.
func (d dollars) MarshalJSON() ([]byte, error) {
	if d < 0 {
		b, err := json.Marshal(people.Dollars(-d))
		return append([]byte("-"), b...), err
	}
	return json.Marshal(people.Dollars(d))
}
