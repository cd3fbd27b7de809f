package people

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Time is an instant in UTC. In JSON it is ISO 8601, with or without a zone:
// Python's clients leave it out and mean UTC.
type Time struct{ time.Time }

// UnmarshalJSON reads an instant; "" is none.
func (t *Time) UnmarshalJSON(b []byte) error {
	text, err := strconv.Unquote(string(b))
	if err != nil {
		return fmt.Errorf("a time is a text in ISO 8601, not %.40s", b)
	}
	if text == "" {
		*t = Time{}
		return nil
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if at, err := time.Parse(layout, strings.Replace(text, " ", "T", 1)); err == nil {
			*t = Time{at.UTC()}
			return nil
		}
	}
	return fmt.Errorf("%.40q is no time in ISO 8601", text)
}
