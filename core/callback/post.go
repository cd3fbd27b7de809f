package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Post sends JSON to addresses that are secrets.
type Post struct {
	Client *http.Client
	// Sleep waits before the second try; nil: there is no pause.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Before the second try, a place that said it had trouble gets a moment.
const pause = 250 * time.Millisecond

// mostRead is how many bytes of an answer are read, so that its connection can
// be used again.
const mostRead = 4 << 10

// JSON posts a body, and once more when the place failed or could not be
// reached. Both have the same Idempotency-Key: the first may have arrived. The
// error names the address's host and nothing else of it.
func (p Post) JSON(ctx context.Context, address, id string, body []byte) error {
	to, err := url.Parse(address)
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return errors.New("the address is no http or https URL") // err has it
	}
	again, err := p.once(ctx, address, id, body)
	if err != nil && again && ctx.Err() == nil && p.wait(ctx) == nil {
		_, err = p.once(ctx, address, id, body)
	}
	if err != nil {
		return fmt.Errorf("post to %s: %w", to.Host, err)
	}
	return nil
}

func (p Post) wait(ctx context.Context) error {
	if p.Sleep == nil {
		return nil
	}
	return p.Sleep(ctx, pause)
}

// once posts, and tells whether another try may help.
func (p Post) once(ctx context.Context, address, id string, body []byte) (again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, bare(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if id != "" {
		r.Header.Set("Idempotency-Key", id)
	}
	resp, err := p.Client.Do(r)
	if err != nil {
		return true, bare(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, mostRead))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return false, nil
	}
	return resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests, fmt.Errorf("status %d", resp.StatusCode)
}

// bare is an error of net/http's without the address.
func bare(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
