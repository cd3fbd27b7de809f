// Package swagger serves Swagger UI, which shows the API's description and calls
// it. Nothing is loaded from another host. It is a package of its own, and half
// a megabyte, so that only the function that answers /docs links it.
//
// dist holds files of npm's swagger-ui-dist as they are, the large ones
// compressed; take fetches them.
package swagger

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed own dist
var files embed.FS

// policy lets the page load what comes from here and nothing else. Swagger UI's
// style sheet has pictures in data URLs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// types are the files by name, with their types. All are text: API Gateway
// hands a browser's request for anything else its base64.
func types() map[string]string {
	return map[string]string{
		"index.html":                       "text/html; charset=utf-8",
		"start.js":                         "text/javascript; charset=utf-8",
		"icon.svg":                         "image/svg+xml",
		"swagger-ui.css":                   "text/css; charset=utf-8",
		"swagger-ui-bundle.js":             "text/javascript; charset=utf-8",
		"swagger-ui-bundle.js.LICENSE.txt": "text/plain; charset=utf-8",
		"LICENSE":                          "text/plain; charset=utf-8",
		"NOTICE":                           "text/plain; charset=utf-8",
	}
}

// Handler answers GET /docs, the page, and GET /docs/{file}, what it loads. Its
// links are relative and expect the description at /openapi.json beside it.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		if name == "" {
			name = "index.html"
		}
		kind, ok := types()[name]
		if !ok {
			missing(w, r)
			return
		}
		content, compressed, err := read(name, gzipped(r.Header))
		if err != nil {
			panic(err) // it was built in
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache") // asked about again each time, and answered 304
		h.Set("Etag", fmt.Sprintf(`"%x"`, sha256.Sum256(content)))
		h.Set("Vary", "Accept-Encoding")
		if compressed {
			h.Set("Content-Encoding", "gzip")
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

// read gives a file's bytes, as they were built in if the client may have them
// compressed.
func read(name string, compressed bool) (content []byte, stillCompressed bool, err error) {
	for _, path := range []string{"own/" + name, "dist/" + name} {
		if b, err := files.ReadFile(path); err == nil {
			return b, false, nil
		}
	}
	b, err := files.ReadFile("dist/" + name + ".gz")
	if err != nil || compressed {
		return b, true, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false, fmt.Errorf("read %s: %w", name, err)
	}
	b, err = io.ReadAll(z)
	return b, false, err
}

// gzipped reports whether a client takes gzip.
func gzipped(h http.Header) bool {
	for coding := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		name, weight, weighed := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return !weighed || err == nil && q > 0
	}
	return false
}

// missing is OpenAI's error body, as every other unknown path has it.
func missing(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"error":{"message":%q,"type":"not_found_error","param":null,"code":"404"}}`, "there is no GET "+r.URL.EscapedPath())
}
