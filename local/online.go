package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tollgate-llm/tollgate/core/boot/all"
)

// patience is how long an address may take to answer.
const patience = 5 * time.Second

// addresses asks each provider's host for its front page, without a key: any
// answer shows that it can be reached.
func (c *checkup) addresses(ctx context.Context, setup *all.Setup) {
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}
	var asked []string
	for _, d := range setup.Deployments() {
		u, err := url.Parse(d.Base)
		if err != nil || u.Host == "" {
			continue
		}
		origin := u.Scheme + "://" + u.Host
		if slices.Contains(asked, origin) {
			continue
		}
		asked = append(asked, origin)
		if err := reach(ctx, client, origin); err != nil {
			c.warn("address", fmt.Sprintf("%s of model %s does not answer: %v", origin, d.Group, err))
			continue
		}
		c.ok("address", origin+" answers")
	}
}

func reach(ctx context.Context, client *http.Client, origin string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/", nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
