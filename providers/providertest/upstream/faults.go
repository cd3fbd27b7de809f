package upstream

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// failWith answers with the vendor's error of that name. The argument is the
// Retry-After of a 429 in seconds, or "once": only the first request of this
// model name fails.
func failWith(name string) func(*exchange) {
	return func(x *exchange) {
		f := x.dialect.failures[name]
		if x.arg == "once" {
			if x.srv.journal.count(x.ask.model) > 0 {
				x.say(x.spoken(words(8)))
				return
			}
			f.retryAfter = min(f.retryAfter, 1)
		} else if x.arg != "" {
			seconds, err := strconv.Atoi(x.arg)
			if err != nil {
				x.fail(x.dialect.unknownModel(x.ask.model))
				return
			}
			f.retryAfter = seconds
		}
		x.fail(f)
	}
}

// breakOff streams so many content events and then an error event; what came
// before the first one (role, message_start, ping) always goes out. A plain
// request gets the error as a plain one.
func breakOff(content int) func(*exchange) {
	return func(x *exchange) {
		f := x.dialect.failures["529"]
		if !x.ask.stream {
			x.fail(f)
			return
		}
		said := x.until(content)
		if x.send(said...) {
			x.send(x.dialect.broken(x.id, len(said), f))
		}
	}
}

// until returns the stream's events up to the nth with content, or for 0 those
// before the first.
func (x *exchange) until(n int) []event {
	events := x.events(x.spoken(words(8)))
	if n == 0 {
		return events[:contentEvent(events, 1)]
	}
	return events[:contentEvent(events, n)+1]
}

// resetAfter resets the connection after so many content events. A plain reply
// is reset in its middle.
func resetAfter(content int) func(*exchange) {
	return func(x *exchange) {
		if x.ask.stream {
			x.send(x.until(content)...)
		} else {
			x.half()
		}
		x.drop()
	}
}

// resetAtByte resets the connection after N bytes of the body; without N
// before the status line.
func resetAtByte(x *exchange) {
	n, ok := count(x.arg, 0)
	switch {
	case !ok:
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	case x.arg != "":
		x.some(n)
	}
	x.drop()
}

// some writes the first n bytes of the whole reply.
func (x *exchange) some(n int) {
	a := x.spoken(words(8))
	if !x.ask.stream {
		body := x.reply(a)
		x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		x.begin(http.StatusOK, x.kind())
		x.write(body[:min(n, len(body))])
		return
	}
	var body []byte
	for _, e := range x.events(a) {
		body = append(body, e.bytes("\n")...)
	}
	x.begin(http.StatusOK, x.kind())
	x.write(body[:min(n, len(body))])
}

// half writes half of a plain reply that announced its whole length.
func (x *exchange) half() { x.some(len(x.reply(x.spoken(words(8)))) / 2) }

// cutAfter ends a stream in good order after so many content events, but
// without its finish and terminal events. A plain reply ends in its middle.
func cutAfter(content int) func(*exchange) {
	return func(x *exchange) {
		if x.ask.stream {
			x.send(x.until(content)...)
			return
		}
		body := x.reply(x.spoken(words(8)))
		x.begin(http.StatusOK, x.kind())
		x.write(body[:len(body)/2]) // chunked: no length says that half is missing
	}
}

// cutLast streams everything but the terminal event ([DONE], message_stop).
func cutLast(x *exchange) {
	a := x.spoken(words(8))
	if !x.ask.stream {
		x.say(a)
		return
	}
	events := x.events(a)
	x.send(events[:len(events)-1]...)
}

// garbage is a reply that is not JSON, under the right content type; "late"
// streams two good events first.
func garbage(x *exchange) {
	noise := []byte("\x00\xff\xfe{{{]not json\n\n")
	if !x.ask.stream {
		x.plain(noise)
		return
	}
	if x.arg == "late" {
		x.send(x.until(2)...)
	}
	x.send(event{data: []byte("{{{]not json")})
}

// page is an HTML error page; the argument is its status, 200 by default.
func page(x *exchange) {
	status, ok := count(x.arg, http.StatusOK)
	if !ok || status < 200 || status > 599 {
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	}
	x.begin(status, "text/html; charset=utf-8")
	x.write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"))
}

// mislabelled is a right reply under the wrong content type.
func mislabelled(x *exchange) {
	if x.ask.stream {
		x.begin(http.StatusOK, jsonType)
	} else {
		x.begin(http.StatusOK, "text/plain; charset=utf-8")
	}
	x.say(x.spoken(words(8)))
}

// endless sends one line that never ends, until the client leaves.
func endless(x *exchange) {
	if x.ask.stream {
		x.begin(http.StatusOK, x.kind())
		x.write([]byte(`data: {"id":"`))
	} else {
		x.begin(http.StatusOK, x.kind())
		x.write([]byte(`{"id":"`))
	}
	filler := bytes.Repeat([]byte("a"), 64<<10)
	for x.write(filler) {
		select {
		case <-x.r.Context().Done():
			x.left()
			return
		case <-x.srv.closed:
			return
		default:
		}
	}
}

// huge is a valid reply with a text of N megabytes, 64 by default.
func huge(x *exchange) {
	megabytes, ok := count(x.arg, 64)
	if !ok || megabytes > 1024 {
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	}
	x.say(answer{texts: []string{strings.Repeat("a", megabytes<<20)}, usage: usage{in: promptTokens, out: 1}})
}

// redirect sends the client to the same server under its other name, which is
// another host: a client that follows shows up in the journal at /elsewhere.
func redirect(x *exchange) {
	host, port, _ := strings.Cut(x.r.Host, ":")
	other := "localhost"
	if host == other {
		other = "127.0.0.1"
	}
	x.w.Header().Set("Location", "http://"+other+":"+port+"/elsewhere"+x.r.URL.Path)
	x.begin(http.StatusTemporaryRedirect, "text/plain; charset=utf-8")
}

// empty is a 200 without a body.
func empty(x *exchange) { x.begin(http.StatusOK, jsonType) }

// rewritten sends a right stream in an unusual way: "split" one byte at a time,
// "crlf" with CRLF line ends and a comment before each event, "burst" in one
// write.
func rewritten(how string) func(*exchange) {
	return func(x *exchange) {
		a := x.spoken(words(8))
		if !x.ask.stream {
			x.say(a)
			return
		}
		newline, before := "\n", ""
		if how == "crlf" {
			newline, before = "\r\n", ": keep-alive\r\n\r\n"
		}
		var body []byte
		events := x.events(a)
		for _, e := range events {
			body = append(append(body, before...), e.bytes(newline)...)
		}
		x.begin(http.StatusOK, x.kind())
		if how != "split" {
			x.write(body)
		} else {
			for i := range body {
				if !x.write(body[i : i+1]) {
					return
				}
			}
		}
		x.sent(len(events))
	}
}
