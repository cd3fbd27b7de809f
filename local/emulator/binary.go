package emulator

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// tooLarge is what a request over maxRequest gets. API Gateway's own limit of
// 10 MB cannot be reached: the event would be over Lambda's long before.
// template.yaml has the same words, and a test compares them.
const tooLarge = "the request is over Lambda's limit of 6 MB, or 4.5 MB for files, which travel in base64"

// binaryTypes are template.yaml's BinaryMediaTypes, which a test compares. A
// REST API takes every other body for text, and breaks bytes that are none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
func binaryTypes() []string {
	return []string{
		"application/octet-stream", "application/pdf",
		"audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm",
		"image/gif", "image/jpeg", "image/png", "image/webp",
		"multipart/form-data", "multipart/related",
	}
}

// isBinary says whether a body travels in base64: for a REST API those of its
// binary types, else all that is not text.
func isBinary(s Source, contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	if s == RESTAPI {
		return slices.Contains(binaryTypes(), kind)
	}
	return !strings.HasPrefix(kind, "text/") &&
		!slices.Contains([]string{"application/json", "application/xml", "application/javascript", "application/x-www-form-urlencoded"}, kind)
}

// takesBinary says whether a buffered reply in base64 is decoded for the client:
// a REST API does so if the first type that the client accepts is a binary one,
// and hands the base64 on otherwise; the others always do. Streamed replies are
// bytes anyway.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
func takesBinary(s Source, h http.Header) bool {
	first, _, _ := strings.Cut(h.Get("Accept"), ",")
	return s != RESTAPI || isBinary(s, first)
}
