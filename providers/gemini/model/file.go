package model

import (
	"mime"
	"path"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/providers/chat"
)

// TypeOf is a file's media type: as the caller says, or as its name ends.
func TypeOf(f *chat.File) string {
	switch {
	case f.Type != "":
		return f.Type
	case film(f.URL):
		return "video/mp4"
	}
	kind, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(f.URL)), ";")
	return kind
}

// Served reports whether Gemini itself gets what is at an address: in Google's
// stores and on YouTube. https://ai.google.dev/gemini-api/docs/file-input-methods
func Served(address string) bool {
	return strings.HasPrefix(address, "gs://") || strings.HasPrefix(address, "https://generativelanguage.googleapis.com/") || film(address)
}

func film(address string) bool {
	return slices.ContainsFunc([]string{"https://www.youtube.com/", "https://youtube.com/", "https://youtu.be/"},
		func(host string) bool { return strings.HasPrefix(address, host) })
}
