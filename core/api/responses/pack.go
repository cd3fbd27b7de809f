package responses

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"

	"github.com/tollgate-llm/tollgate/core/raw"
)

// pack writes a response as gzipped JSON, with the bytes that its request and
// its answer had. Id and owner are not in it.
func (k *Kept) pack(r Stored) ([]byte, error) {
	input := append([]byte{'['}, bytes.Join(rawBytes(r.Input), []byte{','})...)
	body := raw.Object{}.WithText("previous", r.Previous).WithText("deployment", r.Deployment).
		WithRaw("input", append(input, ']')).WithRaw("response", r.Response)
	var to bytes.Buffer
	z, ok := k.packers.Get().(*gzip.Writer)
	if ok {
		z.Reset(&to)
	} else {
		var err error
		if z, err = gzip.NewWriterLevel(&to, gzip.BestSpeed); err != nil {
			return nil, err
		}
	}
	defer func() {
		z.Reset(nil) // the pool must not keep the response
		k.packers.Put(z)
	}()
	if _, err := z.Write(body.Bytes()); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

func rawBytes(items []json.RawMessage) [][]byte {
	all := make([][]byte, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}

// unpack reads what pack wrote.
func unpack(packed io.Reader) (Stored, error) {
	z, err := gzip.NewReader(packed)
	if err != nil {
		return Stored{}, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return Stored{}, err
	}
	body, err := raw.Parse(text)
	if err != nil {
		return Stored{}, err
	}
	var r Stored
	r.Previous, _ = body.Text("previous")
	r.Deployment, _ = body.Text("deployment")
	input, _ := body.Raw("input")
	for _, item := range raw.Items(input) {
		r.Input = append(r.Input, item)
	}
	r.Response, _ = body.Raw("response")
	return r, nil
}
