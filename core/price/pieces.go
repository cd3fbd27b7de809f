package price

import (
	"fmt"
	"strconv"
	"strings"
)

// pieces charges what the vendor counted otherwise than by tokens: what was
// sent if it counted no prompt tokens, and what was made if it counted none.
func (b *bill) pieces(call Call) {
	u := call.Usage
	if _, ok := b.model.Prices[Rate{Unit: Request}]; ok {
		b.add(&b.prompt, Request, 1, 0, whole)
	}
	if u.Out == 0 {
		b.pictures(call)
	}
	if u.Prompt() == 0 {
		b.add(&b.prompt, CharacterIn, u.Characters, 0, whole)
	}
	made := false
	if u.Out == 0 {
		made = b.first(&b.completion, u.Millis, thousandth, VideoSecondOut, SecondOut)
	}
	if u.Prompt() == 0 && !made {
		b.first(&b.prompt, u.Millis, thousandth, SecondIn, AudioSecondIn, VideoSecondIn)
	}
	if u.Millis == 0 && !b.model.byToken() {
		b.first(&b.prompt, call.Elapsed.Milliseconds(), thousandth, SecondIn)
		b.first(&b.completion, call.Elapsed.Milliseconds(), thousandth, SecondOut)
	}
}

// byToken reports whether tokens have a price, be it nothing.
func (m *Model) byToken() bool {
	_, in := m.Prices[Rate{Unit: In}]
	_, out := m.Prices[Rate{Unit: Out}]
	return in || out || len(m.Bands) > 0
}

// first charges n by the first of the units that is not free.
func (b *bill) first(to *sum, n int64, share uint64, units ...Unit) bool {
	free := false
	for _, u := range units {
		femto, ok := b.model.Prices[Rate{Unit: u}]
		if femto > 0 {
			return b.add(to, u, n, 0, share)
		}
		free = free || ok
	}
	b.used = b.used || n > 0
	b.charged = b.charged || free && n > 0
	return false
}

// tools charges what comes on top of tokens.
func (b *bill) tools(call Call) {
	search := SearchMedium
	switch call.SearchContext {
	case "low":
		search = SearchLow
	case "high":
		search = SearchHigh
	}
	if _, ok := b.model.Prices[Rate{Unit: search}]; ok {
		b.add(&b.toolUse, search, call.Usage.Searches, 0, whole)
	} else {
		b.add(&b.prompt, Query, call.Usage.Searches, call.Results, whole)
	}
	b.add(&b.prompt, Page, call.Usage.Pages, 0, whole)
}

// pictures charges those made, by the piece or by their pixels.
func (b *bill) pictures(call Call) {
	width, height := dimensions(call.Size)
	pixels := times(width, height)
	units := []Unit{PictureOut, PictureIn}
	for _, u := range [...]struct {
		over           int64
		plain, premium Unit
	}{{0, "", PictureOutPremium}, {512 * 512, PictureOver512, PictureOver512Premium}, {1024 * 1024, PictureOver1024, PictureOver1024Premium}} {
		if pixels > u.over {
			units = append([]Unit{u.plain}, units...)
		}
		if pixels > u.over && call.Quality == "premium" {
			units = append([]Unit{u.premium}, units...)
		}
	}
	if !b.first(&b.completion, call.Usage.Images, whole, units...) {
		b.first(&b.completion, times(pixels, call.Usage.Images), millionth, MegapixelIn, MegapixelOut)
	}
}

// findPicture finds the prices of a model's pictures of a size and quality,
// which are entries of their own: hd/1024-x-1792/dall-e-3. A quality that was
// not asked for is the usual one or the best; some have steps instead.
func (c *Catalogue) findPicture(at place, size, quality string) *Model {
	if prefix, _, ok := strings.Cut(at.model, "/"); ok && at.provider == "" {
		at.provider = prefix
	}
	width, height := dimensions(size)
	size = fmt.Sprintf("%d-x-%d/", width, height)
	model, v := strings.TrimPrefix(at.model, at.provider+"/"), c.vendor(at.provider)
	for _, prefix := range []string{quality + "/" + size, size + quality + "/", "standard/" + size, size, size + "50-steps/", "high/" + size} {
		if strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "//") {
			continue // no quality
		}
		for _, name := range []string{at.provider + "/" + prefix + model, prefix + model} {
			if m := c.row(name); m != nil && (m.Provider == at.provider || at.provider == "" || v.borrows(m.Provider)) {
				return m
			}
		}
	}
	return nil
}

// dimensions reads a size such as 1024x1536 or 1024-x-1536. Any other is the
// usual one, 1024 x 1024.
func dimensions(size string) (width, height int64) {
	w, h, _ := strings.Cut(strings.ReplaceAll(size, "-", ""), "x")
	width, wrong := strconv.ParseInt(w, 10, 32)
	height, wrongToo := strconv.ParseInt(h, 10, 32)
	if wrong != nil || wrongToo != nil {
		return 1024, 1024
	}
	return width, height
}
