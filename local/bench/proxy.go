package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// baseline is what the gateway is compared with: the standard library's
// reverse proxy, tuned as a gateway has to be (its own defaults keep two idle
// connections a host).
func baseline(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: bench baseline UPSTREAM")
	}
	target, err := url.Parse(args[0])
	if err != nil {
		return fmt.Errorf("read upstream's url: %w", err)
	}
	return serve(ctx, &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     &http.Transport{MaxIdleConns: 1024, MaxIdleConnsPerHost: 1024, IdleConnTimeout: 90 * time.Second, DisableCompression: true},
		FlushInterval: -1,
		BufferPool:    &buffers{sync.Pool{New: func() any { return new([32 << 10]byte) }}},
		ErrorLog:      log.Default(),
	})
}

type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte  { return b.pool.Get().(*[32 << 10]byte)[:] }
func (b *buffers) Put(p []byte) { b.pool.Put((*[32 << 10]byte)(p)) }

// serve listens on a free port, prints the URL as the first line, and stops
// with ctx.
func serve(ctx context.Context, h http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: h}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Printf("http://%s\n", listener.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	server.Close()
	<-failed
	return nil
}
