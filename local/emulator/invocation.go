package emulator

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// invocation is one event on its way through a process. Exactly one answer
// comes, the first: the process's reply, its error, or how it ended.
type invocation struct {
	id        string
	event     []byte
	deadline  time.Time     // set when the process gets it
	given     atomic.Bool   // an answer was given
	answer    chan *answer  // holds it
	abandoned chan struct{} // closed by whoever no longer waits for the answer
}

// answer is an error, or a reply whose body is read while the process still
// sends it. Who takes a reply must put the status for the process in done.
type answer struct {
	err      error
	streamed bool
	body     io.Reader
	trailer  http.Header // complete when body has ended
	done     chan int
}

// give offers an answer and says whether it was the first.
func (i *invocation) give(a *answer) bool {
	if !i.given.CompareAndSwap(false, true) {
		return false
	}
	i.answer <- a
	return true
}

// fail gives an error and says whether it was the first answer.
func (i *invocation) fail(err error) bool { return i.give(&answer{err: err}) }

// functionError is a failure of the function, as Lambda names it.
type functionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *functionError) Error() string { return fmt.Sprintf("%s: %s", e.Type, e.Message) }
