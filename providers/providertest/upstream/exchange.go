package upstream

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// exchange is one request under way: what the scenarios write through. Every
// write is flushed, because a test cares which bytes have left.
type exchange struct {
	srv     *Server
	id      int
	w       http.ResponseWriter
	r       *http.Request
	rc      *http.ResponseController
	dialect dialect
	ask     ask
	arg     string // what follows the scenario's name in the model name
	began   bool
}

// begin writes the status and the headers the vendor sends with it.
func (x *exchange) begin(status int, contentType string) {
	if x.began {
		return
	}
	x.began = true
	h := x.w.Header()
	for name, value := range x.dialect.headers(x.id) {
		h.Set(name, value)
	}
	h.Set("Content-Type", contentType)
	x.w.WriteHeader(status)
	x.srv.journal.update(x.id, func(e *Exchange) { e.Status = status })
}

// write sends bytes now; false: the client is gone.
func (x *exchange) write(b []byte) bool {
	_, err := x.w.Write(b)
	if err == nil {
		err = x.rc.Flush()
	}
	if err != nil {
		x.left()
	}
	return err == nil
}

// send writes events, each by itself; false: the client is gone.
func (x *exchange) send(events ...event) bool {
	x.begin(http.StatusOK, x.kind())
	for _, e := range events {
		if !x.write(e.bytes("\n")) {
			return false
		}
		x.sent(1)
	}
	return true
}

func (x *exchange) sent(n int) {
	x.srv.journal.update(x.id, func(e *Exchange) { e.Events += n })
}

// kind is the content type of a reply.
func (x *exchange) kind() string {
	switch {
	case x.ask.media != "":
		return x.ask.media
	case x.ask.stream:
		return eventStream
	}
	return jsonType
}

// plain sends a whole reply with its length.
func (x *exchange) plain(body []byte) {
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.begin(http.StatusOK, x.kind())
	x.write(body)
}

// say sends the answer the way it was asked for.
func (x *exchange) say(a answer) {
	if x.ask.stream {
		x.send(x.events(a)...)
		return
	}
	x.plain(x.reply(a))
}

func (x *exchange) reply(a answer) []byte {
	return x.dialect.reply(x.meta(), x.ask, a)
}

func (x *exchange) events(a answer) []event {
	return x.dialect.events(x.meta(), x.ask, a)
}

func (x *exchange) meta() meta {
	return meta{id: x.id, created: x.srv.now().Unix()}
}

// fail sends an error in the vendor's shape.
func (x *exchange) fail(f failure) {
	if f.retryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.Itoa(f.retryAfter))
	}
	body := x.dialect.failure(x.id, f)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.begin(f.status, jsonType)
	x.write(body)
}

// pause waits; false: the client is gone, or the server closes.
func (x *exchange) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.r.Context().Done():
		x.left()
	case <-x.srv.closed:
	}
	return false
}

// hold waits for a token; false: the client is gone, or the server closes.
func (x *exchange) hold(token string) bool {
	select {
	case <-x.srv.gates.wait(token):
		return true
	case <-x.r.Context().Done():
		x.left()
	case <-x.srv.closed:
	}
	return false
}

// silence waits until the client is gone.
func (x *exchange) silence() {
	select {
	case <-x.r.Context().Done():
		x.left()
	case <-x.srv.closed:
	}
}

func (x *exchange) left() {
	now := x.srv.now()
	x.srv.journal.update(x.id, func(e *Exchange) {
		if e.Left.IsZero() {
			e.Left = now
		}
	})
}

// drop resets the connection: the client sees ECONNRESET, not an end.
func (x *exchange) drop() {
	conn, _, err := x.rc.Hijack()
	if err != nil {
		return // not a connection of its own (HTTP/2, a recorder)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) // close sends RST
	}
	conn.Close()
}
