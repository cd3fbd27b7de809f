package wire

import (
	"context"
	"net/http"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/core/outbound"
)

const (
	maxFile  = 20 << 20 // bytes of one fetched file
	maxFiles = 64 << 20 // and of all of a call's
)

// fetch gives the call with the files that the vendor wants as bytes. A caller
// chose their addresses, so only public ones are called.
func (p *Provider) fetch(ctx context.Context, call *llm.Call, codec Codec) (*llm.Call, error) {
	if codec.Fetch == nil {
		return call, nil
	}
	blobs := map[string]llm.Blob{}
	left := int64(maxFiles)
	for _, address := range codec.Fetch(call) {
		if _, had := blobs[address]; had {
			continue
		}
		blob, err := p.file(ctx, address, min(left, maxFile))
		if err != nil {
			return nil, p.fault(call, &llm.Error{
				Class: llm.BadRequestError, Param: "messages", Message: "the file at " + shown(address) + " cannot be fetched", Err: bare(err),
			})
		}
		left -= int64(len(blob.Data))
		blobs[address] = blob
	}
	if len(blobs) == 0 {
		return call, nil
	}
	copied := *call
	copied.Blobs = blobs
	return &copied, nil
}

func (p *Provider) file(ctx context.Context, address string, limit int64) (llm.Blob, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return llm.Blob{}, err
	}
	r.Header.Set("User-Agent", "tollgate")
	res, err := p.Guarded.Do(r)
	if err != nil {
		return llm.Blob{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return llm.Blob{}, &llm.Error{Class: llm.BadRequestError, Message: res.Status}
	}
	data, err := outbound.ReadAll(res.Body, limit)
	return llm.Blob{Type: res.Header.Get("Content-Type"), Data: data}, err
}
