package wire

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
)

// payload is the body of an HTTP request, which may be opened again.
type payload struct {
	kind   string // Content-Type; "" without a body
	length int64
	open   func() (io.ReadCloser, error)
}

func (req *Request) payload() (payload, error) {
	kind := req.Type
	switch {
	case req.Multipart != nil:
		return req.Multipart.payload()
	case req.File != nil:
		if kind == "" {
			kind = orOctets(req.File.Type)
		}
		return payload{kind, req.File.Size, req.File.Open}, nil
	case len(req.Body) == 0:
		return payload{open: func() (io.ReadCloser, error) { return http.NoBody, nil }}, nil
	case kind == "":
		kind = "application/json"
	}
	return payload{kind, int64(len(req.Body)), func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(req.Body)), nil
	}}, nil
}

// payload writes what stands between the files, which are read only as they
// are sent: however large they are, none is held whole.
func (f *Multipart) payload() (payload, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var parts []part
	var length int64
	for _, field := range f.Fields {
		if err := w.WriteField(field.Name, field.Value); err != nil {
			return payload{}, err
		}
	}
	for _, file := range f.Files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="`+quoted(file.Field)+`"; filename="`+quoted(file.Name)+`"`)
		h.Set("Content-Type", orOctets(file.Type))
		if _, err := w.CreatePart(h); err != nil {
			return payload{}, err
		}
		parts = append(parts, part{bytes.Clone(b.Bytes()), file.Open})
		length += int64(b.Len()) + file.Size
		b.Reset()
	}
	if err := w.Close(); err != nil {
		return payload{}, err
	}
	parts = append(parts, part{b.Bytes(), nil})
	length += int64(b.Len())
	return payload{w.FormDataContentType(), length, func() (io.ReadCloser, error) { return &sequence{left: parts}, nil }}, nil
}

// quoted is a name as a form's header has it (RFC 7578, section 2; the HTML
// standard's escapes).
func quoted(name string) string {
	return strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(name)
}

func orOctets(kind string) string {
	if kind == "" {
		return "application/octet-stream"
	}
	return kind
}

// part is some text and the file after it, if there is one.
type part struct {
	text []byte
	file func() (io.ReadCloser, error)
}

// sequence reads parts one after the other, with one file open at most.
type sequence struct {
	left []part
	text *bytes.Reader
	file io.ReadCloser
}

func (s *sequence) Read(b []byte) (int, error) {
	for {
		if s.file != nil {
			n, err := s.file.Read(b)
			if err != io.EOF {
				return n, err
			}
			err = s.file.Close()
			if s.file = nil; n > 0 || err != nil {
				return n, err
			}
		}
		if len(s.left) == 0 {
			return 0, io.EOF
		}
		if s.text == nil {
			s.text = bytes.NewReader(s.left[0].text)
		}
		if s.text.Len() > 0 {
			return s.text.Read(b)
		}
		open := s.left[0].file
		if s.text, s.left = nil, s.left[1:]; open == nil {
			continue
		}
		var err error
		if s.file, err = open(); err != nil {
			return 0, err
		}
	}
}

// Close closes the file that is open.
func (s *sequence) Close() error {
	s.left = nil
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close()
}
