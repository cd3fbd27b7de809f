// Package price knows what models cost, how much they take and what they can
// do, and works out what a call cost.
//
// The facts are LiteLLM's: prices, windows, capabilities and retirement dates
// of about 2,600 models, in a form of our own (catalogue.bin, written by
// internal/generate). Looking a model up reads one block of it, so a function
// that starts cold does not pay for the whole.
//
// Money is counted in integers: prices in femto-dollars (10^-15) per unit,
// because some are not whole pico-dollars, and costs in pico-dollars (10^-12),
// rounded half up once.
package price

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Unit is what a price is for one of. Tokens are priced by what they carry:
// those of no special kind by In and Out.
type Unit string

// The units of the catalogue. In comments: the units whose price is taken when
// a model has none for this one.
const (
	In              Unit = "in"
	AudioIn         Unit = "audio_in"          // In
	ImageIn         Unit = "image_in"          // In
	CacheRead       Unit = "cache_read"        // In
	CacheReadAudio  Unit = "cache_read_audio"  // facts only: no vendor's usage tells it apart
	CacheReadImage  Unit = "cache_read_image"  // facts only, likewise
	CacheWrite5m    Unit = "cache_write_5m"    // In
	CacheWrite1h    Unit = "cache_write_1h"    // CacheWrite5m
	CacheWriteAudio Unit = "cache_write_audio" // facts only, likewise
	Citation        Unit = "citation"          // facts only, likewise
	Out             Unit = "out"
	Reasoning       Unit = "reasoning" // Out
	AudioOut        Unit = "audio_out" // Out
	ImageOut        Unit = "image_out" // Out

	CharacterIn  Unit = "character_in"
	CharacterOut Unit = "character_out"

	SecondIn            Unit = "second_in" // of sound taken, or of the vendor's machine
	SecondOut           Unit = "second_out"
	AudioSecondIn       Unit = "audio_second_in"
	VideoSecondIn       Unit = "video_second_in"
	VideoSecondInOver8  Unit = "video_second_in_over_8"  // each second of a film longer than that
	VideoSecondInOver15 Unit = "video_second_in_over_15" // likewise
	VideoSecondOut      Unit = "video_second_out"

	PictureIn              Unit = "picture_in"
	PictureOut             Unit = "picture_out"
	PictureOutPremium      Unit = "picture_out_premium"
	PictureOver512         Unit = "picture_out_over_512" // larger than 512 x 512 pixels
	PictureOver512Premium  Unit = "picture_out_over_512_premium"
	PictureOver1024        Unit = "picture_out_over_1024"
	PictureOver1024Premium Unit = "picture_out_over_1024_premium"
	MegapixelIn            Unit = "megapixel_in" // a million pixels; of pictures made, too: vendors list them as either
	MegapixelOut           Unit = "megapixel_out"

	Page          Unit = "page"           // of a document read (OCR)
	AnnotatedPage Unit = "annotated_page" // facts only
	Query         Unit = "query"          // of a reranker or a search engine
	Request       Unit = "request"        // each call
	Session       Unit = "session"        // facts only: of a code interpreter
	SearchLow     Unit = "search_low"     // of the web, by its context size
	SearchMedium  Unit = "search_medium"
	SearchHigh    Unit = "search_high"
	InputDBU      Unit = "dbu_in" // facts only: Databricks' units per token
	OutputDBU     Unit = "dbu_out"
)

// Billing tiers other than the standard one, which is "".
const (
	Batch    = "batch"
	Flex     = "flex"
	Priority = "priority"
)

// Rate says when a price applies.
type Rate struct {
	Unit Unit
	Tier string // the service tier the vendor billed, "" for the standard one
	// Above 0 re-prices the whole of a request whose prompt has more tokens
	// than this (for Query: that asks for more results).
	Above int64
}

// MarshalText writes a rate such as in, in>200000 or in>200000@priority.
func (r Rate) MarshalText() ([]byte, error) {
	text := string(r.Unit)
	if r.Above > 0 {
		text += ">" + strconv.FormatInt(r.Above, 10)
	}
	if r.Tier != "" {
		text += "@" + r.Tier
	}
	return []byte(text), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Rate) UnmarshalText(b []byte) error {
	text, tier, _ := strings.Cut(string(b), "@")
	unit, above, has := strings.Cut(text, ">")
	*r = Rate{Unit: Unit(unit), Tier: tier}
	if has {
		n, err := strconv.ParseInt(above, 10, 64)
		if err != nil {
			return fmt.Errorf("read rate %q: %w", b, err)
		}
		r.Above = n
	}
	return nil
}

// Prices are femto-dollars per unit.
type Prices map[Rate]int64

// errNotAPrice is wrapped by the errors of femto.
var errNotAPrice = errors.New("not a price: want dollars from 0 to 9000")

// femto converts dollars, a JSON number or a string with one, to femto-dollars
// for so many units. Digits beyond, such as those of 2.9999900000000002e-06, are what somebody's
// floating-point arithmetic left, and are rounded off.
func femto(v any, units int64) (int64, error) {
	var dollars float64
	var err error
	switch v := v.(type) {
	case json.Number:
		dollars, err = v.Float64()
	case string:
		dollars, err = strconv.ParseFloat(v, 64)
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || !(dollars >= 0 && dollars*float64(units) <= 9000) {
		return 0, fmt.Errorf("%v: %w", v, errNotAPrice)
	}
	return nearest(new(big.Rat).Mul(decimal(dollars), new(big.Rat).Mul(big.NewRat(1e15, 1), big.NewRat(units, 1)))), nil
}

// nearest rounds half up.
func nearest(r *big.Rat) int64 {
	r.Add(r, big.NewRat(1, 2))
	q := new(big.Int).Div(r.Num(), r.Denom()) // rounds down: denominators are above zero
	switch {
	case q.IsInt64():
		return q.Int64()
	case q.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}
