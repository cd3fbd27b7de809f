package dynamo

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/store"
)

// TestEnd holds that the table never deletes an item before its end, nor more
// than a second after it.
func TestEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		end := time.Unix(rapid.Int64Range(0, 9_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		exact, seconds, err := encodeEnd(end)
		if err != nil {
			t.Fatal(err)
		}
		s, err := strconv.ParseInt(seconds.(*types.AttributeValueMemberN).Value, 10, 64)
		if late := time.Unix(s, 0).Sub(end); err != nil || late < 0 || late >= time.Second {
			t.Errorf("%s: the table deletes it %s late (%v), want 0 to 1 s", end, late, err)
		}
		r, err := decode(attributes{attrEnd: exact, attrTTL: seconds})
		if err != nil || !r.end.Equal(end) {
			t.Errorf("got %s and error %v, want %s", r.end, err, end)
		}
		if !r.lives(end.Add(-1)) || r.lives(end) {
			t.Errorf("lives before its end: %v, at its end: %v, want true and false", r.lives(end.Add(-1)), r.lives(end))
		}
	})
	for _, end := range []time.Time{time.Unix(-1, 0), time.Unix(1<<62, 0), time.Date(2263, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if _, _, err := encodeEnd(end); err == nil {
			t.Errorf("%s: got no error, want one", end)
		}
	}
}

// TestLast holds that every SK with a prefix is in the range that is asked for.
func TestLast(t *testing.T) {
	piece := rapid.StringOfN(rapid.Rune(), 0, 125, 500)
	rapid.Check(t, func(t *rapid.T) {
		prefix, rest := piece.Draw(t, "prefix"), piece.Draw(t, "rest")
		if sk := prefix + rest; len(sk) <= 500 && (sk < prefix || sk > last(prefix)) {
			t.Errorf("%q is not from %q to %q", sk, prefix, last(prefix))
		}
		if got := last(prefix); !strings.HasPrefix(got, prefix) || len(got) > 1024 {
			t.Errorf("got %d bytes, want 1,024 at most, with the prefix: DynamoDB's keys have no more", len(got))
		}
	})
	end := strings.Repeat("\U0010ffff", 125)
	if end > last("") || "a"+end[4:] > last("a") {
		t.Error("the last of all keys is behind the range")
	}
}

// FuzzAfter reads what comes back from clients as the place to go on at.
func FuzzAfter(f *testing.F) {
	for _, after := range []string{"", "a", "b", "\xff", "[]", `["b","p","s"]`, `["b","","s"]`, `["a","p","s"]`, `["b","p"]`, `["b","p",1]`} {
		f.Add(store.Index1, "b", after, false)
		f.Add("", "b", after, true)
		f.Add("", "", after, false)
	}
	f.Fuzz(func(t *testing.T, index, prefix, after string, reverse bool) {
		q := store.Query{Index: index, PK: "partition", Prefix: prefix, After: after, Reverse: reverse}
		from, none, err := start(q)
		if from == nil || none || err != nil {
			return
		}
		sk := attrSK
		if index != "" {
			sk = store.Index1SK
		}
		if at := textOf(from[sk]); !strings.HasPrefix(at, prefix) || !utf8.ValidString(at) {
			t.Errorf("begins at %q, want that within the prefix %q", at, prefix)
		}
		key := store.Keyed{Key: store.Key{PK: textOf(from[attrPK]), SK: textOf(from[attrSK])}, Item: store.Item{store.Index1SK: textOf(from[store.Index1SK])}}
		again, _, err := start(store.Query{Index: index, PK: "partition", Prefix: prefix, After: cursor(q, key), Reverse: reverse})
		if err != nil || len(again) != len(from) {
			t.Fatalf("got %v and error %v, want %v", again, err, from)
		}
		for name, v := range from {
			if textOf(again[name]) != textOf(v) {
				t.Errorf("%s: got %q, want %q", name, textOf(again[name]), textOf(v))
			}
		}
	})
}

// TestSender holds that a request leaves in one piece: net/http would send the
// headers of a body that it does not know by themselves, and be in the middle
// of its own bookkeeping when the answer comes.
func TestSender(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	first := make(chan string, 1)
	go func() {
		c, err := server.Accept()
		if err != nil {
			first <- err.Error()
			return
		}
		defer c.Close()
		piece := make([]byte, 64<<10)
		n, _ := c.Read(piece)
		first <- string(piece[:n])
		c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	}()
	// The SDK's body: a reader of a type of its own, of known length.
	body := struct{ *bytes.Buffer }{bytes.NewBufferString("the body")}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+server.Addr().String(), body)
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = int64(body.Len())
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	a, err := sender{&http.Client{Transport: transport}}.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if got := <-first; !strings.HasSuffix(got, "\r\n\r\nthe body") || !strings.Contains(got, "Content-Length: 8\r\n") {
		t.Errorf("got first\n%s\nwant all of the request", got)
	}
}
