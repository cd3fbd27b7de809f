package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// load sends requests of one scene.
type load struct{ client *http.Client }

func newLoad() load {
	return load{&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true}}}
}

// run keeps the scene's clients busy for a while and returns what they counted.
// Requests under way at the end are finished, so that the proxy's CPU time and
// the count belong together. Any wrong reply is an error.
func (l load) run(ctx context.Context, p *process, s scene, length time.Duration) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	until := time.Now().Add(length)
	counts := make([]int, s.clients)
	var wg sync.WaitGroup
	for i := range counts {
		wg.Go(func() {
			var body bytes.Buffer
			time.Sleep(pace * time.Duration(i) / time.Duration(s.clients)) // else streams tick together, or not, by chance
			for ctx.Err() == nil && time.Now().Before(until) {
				n, err := l.once(ctx, p, s, &body)
				if err != nil {
					cancel(err)
				}
				counts[i] += n
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return total, context.Cause(ctx)
}

func (l load) once(ctx context.Context, p *process, s scene, body *bytes.Buffer) (int, error) {
	path, check := "/v1/chat/completions", s.check
	if p.bare && s.vendor.name != "" {
		path, check = s.vendor.path(s.unit == "event"), s.checkNative
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+path, bytes.NewReader(s.body))
	if err != nil {
		return 0, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+masterKey)
	req.Header.Set("Content-Type", "application/json")
	res, err := l.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	body.Reset()
	if _, err := io.Copy(body, res.Body); err != nil {
		return 0, fmt.Errorf("read reply: %w", err)
	}
	return check(res.StatusCode, body.Bytes())
}
