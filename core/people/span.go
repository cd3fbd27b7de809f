package people

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Span is a stretch of time as LiteLLM writes them: "30s", "30min", "1h",
// "30d", "2w", "1mo". A month is the calendar's.
type Span struct {
	N    int64
	Unit string // s, m, h, d, w or mo
}

// maxSpan is 100 years in seconds: what is longer is a slip of the pen, and its
// end would overflow.
const maxSpan = 100 * 366 * 86400

var (
	// unitNames are LiteLLM's six, and the words that it reads as them because
	// it stops after the first letters.
	unitNames = map[string]string{
		"s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
		"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
		"h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
		"d": "d", "day": "d", "days": "d",
		"w": "w", "week": "w", "weeks": "w",
		"mo": "mo", "mon": "mo", "month": "mo", "months": "mo",
	}
	unitSeconds = map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 31 * 86400}
)

// ParseSpan reads a span. Its error is written for whoever sent it.
func ParseSpan(s string) (Span, error) {
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.ParseInt(number, 10, 64)
	unit := unitNames[s[len(number):]]
	if err != nil || unit == "" || number[0] < '0' || number[0] > '9' {
		return Span{}, fmt.Errorf("%.40q is no duration: write 30s, 30m, 30h, 30d, 2w or 1mo", s)
	}
	if n > maxSpan/unitSeconds[unit] {
		return Span{}, fmt.Errorf("the duration %.40q is longer than 100 years", s)
	}
	return Span{n, unit}, nil
}

// After is when a span that begins at t is over. Months end on the same day, or
// on the month's last when it has no such day.
func (s Span) After(t time.Time) time.Time {
	if s.Unit != "mo" {
		return t.Add(time.Duration(s.N*unitSeconds[s.Unit]) * time.Second)
	}
	end := t.AddDate(0, int(s.N), 0)
	if end.Day() != t.Day() {
		end = end.AddDate(0, 0, -end.Day())
	}
	return end
}

// seconds is how long a span is, with months of 31 days: good for comparing.
func (s Span) seconds() int64 { return s.N * unitSeconds[s.Unit] }
