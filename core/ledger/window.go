package ledger

import (
	"fmt"
	"strconv"
	"time"
)

// Unit is what a budget's time is measured in.
type Unit uint8

// The units. A week begins on Monday; all begin at midnight UTC.
const (
	Forever Unit = iota // a budget that never begins anew
	Day
	Week
	Month
	Period // Length after Length, from an Anchor
)

// Window is how often a budget begins anew. Its place in the calendar is in the
// name of the account that the money is taken from, so that nothing has to run
// when one ends, and what was begun in one is settled in it.
type Window struct {
	Unit   Unit
	Length time.Duration // of a Period: whole seconds, at least one
	Anchor time.Time     // where some Period begins, to the second
}

// ID names the window that t is in: "all", "d:2026-11-20", "w:2026-W47",
// "m:2026-11", or "p:1800@1763596800:4" for the fifth half hour after an anchor.
func (w Window) ID(t time.Time) string {
	t = t.UTC()
	switch w.Unit {
	case Day:
		return "d:" + t.Format(time.DateOnly)
	case Week:
		year, week := t.ISOWeek()
		return fmt.Sprintf("w:%d-W%02d", year, week)
	case Month:
		return "m:" + t.Format("2006-01")
	case Period:
		return fmt.Sprintf("p:%d@%d:%d", w.seconds(), w.Anchor.Unix(), w.index(t))
	}
	return "all"
}

// Resets is when the window that t is in ends, and the budget is whole again;
// zero for never.
func (w Window) Resets(t time.Time) time.Time {
	t = t.UTC()
	year, month, day := t.Date()
	switch w.Unit {
	case Day:
		return time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC)
	case Week:
		sinceMonday := (int(t.Weekday()) + 6) % 7
		return time.Date(year, month, day-sinceMonday+7, 0, 0, 0, 0, time.UTC)
	case Month:
		return time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
	case Period:
		return time.Unix(w.Anchor.Unix()+(w.index(t)+1)*w.seconds(), 0).UTC()
	}
	return time.Time{}
}

func (w Window) seconds() int64 { return int64(w.Length / time.Second) }

// index counts the periods from the anchor, downwards before it.
func (w Window) index(t time.Time) int64 {
	since, length := t.Unix()-w.Anchor.Unix(), w.seconds()
	n := since / length
	if since%length < 0 {
		n--
	}
	return n
}

func (w Window) valid() error {
	if w.Unit > Period {
		return fmt.Errorf("window: unit %d is unknown", w.Unit)
	}
	if w.Unit == Period && (w.Length < time.Second || w.Length%time.Second != 0) {
		return fmt.Errorf("window: a period of %s, want whole seconds", strconv.Quote(w.Length.String()))
	}
	return nil
}
