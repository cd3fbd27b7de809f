package web

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/raw"
)

// inMemory is how many bytes of a form's files are held; the rest lies in
// temporary files until the request ends.
const inMemory = 1 << 20

// Form reads a request's multipart/form-data body: its fields as an object of
// texts, its files apart. A name that ends in [] is a list, without the
// brackets. Files may be opened as often as wanted until done is called.
func Form(r *http.Request) (fields raw.Object, files []llm.File, done func(), err error) {
	done = func() {}
	if err := r.ParseMultipartForm(inMemory); err != nil {
		return fields, nil, done, unread(r, err)
	}
	done = func() { _ = r.MultipartForm.RemoveAll() } // what is left of it, the system's cleaner finds
	for _, name := range slices.Sorted(maps.Keys(r.MultipartForm.Value)) {
		if fields, err = field(fields, name, r.MultipartForm.Value[name]); err != nil {
			return fields, nil, done, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		for _, head := range r.MultipartForm.File[name] {
			files = append(files, file(name, head))
		}
	}
	return fields, files, done, nil
}

// unread is why a body could not be read. One that is too large is told the
// limit, and its own size if it came with one.
func unread(r *http.Request, err error) error {
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		size := ""
		if r.ContentLength > over.Limit {
			size = fmt.Sprintf(" of %d bytes", r.ContentLength)
		}
		return &llm.Error{Class: llm.RequestTooLargeError, Message: fmt.Sprintf("the request%s is larger than %d bytes", size, over.Limit)}
	case errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary):
		return &llm.Error{Class: llm.BadRequestError, Message: "the request must be multipart/form-data"}
	}
	return &llm.Error{Class: llm.BadRequestError, Message: "the request could not be read to its end", Err: err}
}

func field(fields raw.Object, name string, values []string) (raw.Object, error) {
	bare, list := strings.CutSuffix(name, "[]")
	switch {
	case fields.Has(bare) || len(values) > 1 && !list:
		return fields, &llm.Error{Class: llm.BadRequestError, Param: bare, Message: "the form has more than one " + bare}
	case list:
		return fields.With(bare, values)
	}
	return fields.WithText(name, values[0]), nil
}

func file(field string, head *multipart.FileHeader) llm.File {
	return llm.File{
		Field: field, Name: head.Filename, Type: head.Header.Get("Content-Type"), Size: head.Size,
		Open: func() (io.ReadCloser, error) { return head.Open() },
	}
}
