package upstream

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// promptTokens is what every prompt counts; "cached" differs.
const promptTokens = 11

// vocabulary is what the fake model talks with: word i of a text is always the
// same, so that a test can write down what it expects.
const vocabulary = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu"

// words returns the first n words, each but the first with the space before it.
func words(n int) []string {
	list := strings.Fields(vocabulary)
	out := make([]string, n)
	for i := range out {
		out[i] = " " + list[i%len(list)]
		if i == 0 {
			out[i] = list[0]
		}
	}
	return out
}

// spoken is an answer of these pieces, cut by the request's stop sequences and
// token limit. A piece counts as a token.
func (x *exchange) spoken(texts []string) answer {
	a := answer{texts: texts}
	for _, stop := range x.ask.stop {
		before, _, found := strings.Cut(strings.Join(a.texts, ""), stop)
		if found {
			a.texts, a.finish, a.stopped = split(before), stopped, stop
		}
	}
	if limit := x.ask.maxTokens; limit > 0 && len(a.texts) > limit {
		a.texts, a.finish, a.stopped = a.texts[:limit], cutOff, ""
	}
	a.usage = usage{in: promptTokens, out: len(a.texts)}
	return a
}

// split cuts a text before each space.
func split(text string) []string {
	var out []string
	for text != "" {
		next := strings.Index(text[1:], " ") + 1
		if next == 0 {
			next = len(text)
		}
		out, text = append(out, text[:next]), text[next:]
	}
	return out
}

// count reads an argument like the 12 of "text-12"; "" is normal.
func count(arg string, normal int) (int, bool) {
	if arg == "" {
		return normal, true
	}
	n, err := strconv.Atoi(arg)
	return n, err == nil && n >= 0 && n <= 1_000_000
}

func sayText(x *exchange) {
	n, ok := count(x.arg, 8)
	if !ok {
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	}
	x.say(x.spoken(words(n)))
}

func sayEcho(x *exchange) { x.say(x.spoken(split(x.ask.last))) }

func sayImage(x *exchange) {
	text := fmt.Sprintf("I see %d: %s", len(x.ask.images), strings.Join(x.ask.images, "; "))
	x.say(x.spoken(split(text)))
}

// sayTool calls one tool, or after its results tells what they were.
func sayTool(x *exchange) { x.say(x.toolTurn(1)) }

// sayTools calls two at once, unless parallel calls are switched off.
func sayTools(x *exchange) {
	if x.ask.single {
		x.say(x.toolTurn(1))
		return
	}
	x.say(x.toolTurn(2))
}

func (x *exchange) toolTurn(n int) answer {
	if len(x.ask.results) > 0 {
		return x.spoken(split("The tools say: " + strings.Join(x.ask.results, "; ")))
	}
	if len(x.ask.tools) == 0 {
		return x.spoken(split("I have no tools"))
	}
	a := answer{texts: split("Let me look that up."), finish: called, usage: usage{in: promptTokens, out: 9 * n}}
	for i := range n {
		t := x.ask.tools[i%len(x.ask.tools)]
		for _, other := range x.ask.tools {
			if other.name == x.ask.must {
				t = other
			}
		}
		a.calls = append(a.calls, call{t.name, sample(t.schema)})
	}
	return a
}

// sayJSON answers a structured request: as text, or as the call of the tool
// that the request demands, which is how it is done without the parameter.
func sayJSON(x *exchange) {
	if x.ask.must != "" {
		a := x.toolTurn(1)
		a.texts = nil
		x.say(a)
		return
	}
	if x.ask.schema == nil {
		x.say(x.spoken(split("no schema came with the request")))
		return
	}
	text := pieces(string(sample(x.ask.schema)), 7)
	x.say(answer{texts: text, usage: usage{in: promptTokens, out: len(text)}})
}

func sayReasoning(x *exchange) {
	a := x.spoken(words(8))
	a.thinking, a.visible = words(4), x.arg == "content"
	a.usage.out, a.usage.reasoning = a.usage.out+64, 64
	x.say(a)
}

func sayCached(x *exchange) {
	a := x.spoken(words(8))
	a.usage = usage{in: 2218, cacheRead: 1920, write5m: 148, write1h: 100, out: 8}
	x.say(a)
}

func sayFiltered(x *exchange) {
	a := x.spoken(words(3))
	a.finish = filtered
	x.say(a)
}

// saySlow waits, then answers.
func saySlow(x *exchange) {
	d, err := time.ParseDuration(x.arg)
	if err != nil {
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	}
	if x.pause(d) {
		x.say(x.spoken(words(8)))
	}
}

// sayPaced streams N words with a pause before each: "pace-200-5ms".
func sayPaced(x *exchange) {
	number, duration, _ := strings.Cut(x.arg, "-")
	n, ok := count(number, 0)
	d, err := time.ParseDuration(duration)
	if !ok || err != nil {
		x.fail(x.dialect.unknownModel(x.ask.model))
		return
	}
	a := x.spoken(words(n))
	if !x.ask.stream {
		if x.pause(time.Duration(n) * d) {
			x.say(a)
		}
		return
	}
	for _, e := range x.events(a) {
		if e.content && !x.pause(d) {
			return
		}
		if !x.send(e) {
			return
		}
	}
}

// sayHeld sends the first content event and holds the rest until its token is
// released; a plain reply is held whole.
func sayHeld(x *exchange) {
	a := x.spoken(words(8))
	if !x.ask.stream {
		if x.hold(x.arg) {
			x.say(a)
		}
		return
	}
	events := x.events(a)
	first := contentEvent(events, 1)
	if x.send(events[:first+1]...) && x.hold(x.arg) {
		x.send(events[first+1:]...)
	}
}

func sayNever(x *exchange) { x.silence() }

// contentEvent is the index of the nth event with content, from 1.
func contentEvent(events []event, n int) int {
	for i, e := range events {
		if e.content {
			n--
		}
		if n == 0 {
			return i
		}
	}
	return len(events) - 1
}
