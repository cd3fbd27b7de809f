package llm

import "time"

// Record is what happened to one request, filled in on the way by whoever
// knows: one log line, and later one spend row, are made from it.
type Record struct {
	RequestID  string
	Route      string // the pattern that matched
	KeyHash    string
	User, Team string // of the key; "" without
	IP         string // the address the request came from
	Model      string // as asked for, after default and alias
	Deployment string
	Base       string // the address called, without its query
	Provider   string
	Stream     bool
	Status     int
	Class      Class // 0 when it went well
	Cause      error // for the log, never for the caller
	Retries    int
	Fallbacks  int
	Usage      Usage
	Priced     bool  // Cost is known
	Cost       int64 // pico-dollars (10^-12), of the try that answered
	Start      time.Time
	FirstEvent time.Time     // first content of a stream; zero when there was none
	Upstream   time.Duration // spent waiting for providers
	Timeout    time.Duration // of the last attempt
	SpendID    string        // under which what it cost is written down; nobody else's
	Holds      int           // tries that something was held for
}
