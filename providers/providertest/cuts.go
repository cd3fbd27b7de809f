package providertest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"testing"

	"github.com/tollgate-llm/tollgate/core/llm"
)

// checkCuts ends a stream before each of its bytes, as if it ended well: its
// format must notice. A reader must hear of it, unless all that was said had
// arrived, the reason why it ends too.
func checkCuts(t *testing.T, v vendor, c golden, whole result) {
	t.Helper()
	size := len(c.stream().body)
	for n := range size {
		got := ask(t, v, c, recite(c.answers, n), -1)
		if got.err != nil {
			if e := (*llm.Error)(nil); !errors.As(got.err, &e) || e.Class != llm.APIConnectionError && e.Class != llm.BadGatewayError {
				t.Errorf("cut after %d of %d bytes: got %v, want an error of a broken connection or answer", n, size, got.err)
			}
			if got.last {
				t.Errorf("cut after %d of %d bytes: got an error after the last event", n, size)
			}
			continue
		}
		got.speech.usage = whole.speech.usage // what is said counts; some vendors count after it
		if !got.last || !reflect.DeepEqual(got.speech, whole.speech) {
			t.Errorf("cut after %d of %d bytes: got no error, a last event %v and %+v, want an error", n, size, got.last, got.speech)
		}
	}
}

// recite answers as serve does, but without a network, and ends the last answer
// after n bytes.
func recite(answers []answer, n int) line {
	client := &http.Client{Transport: &reciter{answers: answers, cut: n}}
	return line{client, client, "http://vendor.test"}
}

type reciter struct {
	answers []answer // those to come
	cut     int
}

// RoundTrip implements http.RoundTripper.
func (s *reciter) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
	}
	if kind, data, ok := fileAt(r); ok {
		return said(r, answer{http.StatusOK, http.Header{"Content-Type": {kind}}, data}), nil
	}
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	} else {
		a.body = a.body[:s.cut:s.cut]
	}
	return said(r, a), nil
}

func said(r *http.Request, a answer) *http.Response {
	return &http.Response{
		StatusCode: a.status, Header: a.header.Clone(), Request: r,
		ContentLength: -1, Body: io.NopCloser(bytes.NewReader(a.body)),
	}
}
