package ledger

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

// Shards is how many partitions the rows of a day are spread over.
const Shards = 64

// idEncoding keeps the order of the bytes in the order of the text.
var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// NewID makes the id of a request that begins now: 26 letters and digits, which
// sort by time (milliseconds) and end in 80 random bits.
func NewID(now time.Time) string {
	var tail [10]byte
	_, _ = rand.Read(tail[:]) // never fails
	return ID(now, tail)
}

// ID makes an id of its parts. Its time must be before the year 10,000.
func ID(t time.Time, tail [10]byte) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.UnixMilli())<<16)
	copy(b[6:], tail[:])
	return idEncoding.EncodeToString(b[:])
}

// Began is the time in an id.
func Began(id string) (time.Time, error) {
	b, err := idEncoding.DecodeString(id)
	if err != nil || len(b) != 16 {
		return time.Time{}, fmt.Errorf("request id %q is not one of the ledger's", id)
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b) >> 16)).UTC(), nil
}

// RowPartition is the PK of the rows of a day's shard, 0 to Shards-1. All
// attempts of a request are in one, in order, under its id.
func RowPartition(day time.Time, shard int) string {
	return fmt.Sprintf("R#%s#%02d", day.UTC().Format(time.DateOnly), shard)
}

// ref names one row: a request's id and the part of it.
type ref struct{ request, part string }

// attemptRef names the row of an attempt.
func attemptRef(request string, n int) ref { return ref{request, fmt.Sprintf("%02d", n)} }

// adjustment names the row that corrects another.
func (r ref) adjustment() ref { return ref{r.request, r.part + adjusts} }

// adjusts ends the part of a row that corrects another, or an account.
const adjusts = "a"

func (r ref) key() (store.Key, error) {
	began, err := Began(r.request)
	if err != nil {
		return store.Key{}, err
	}
	return store.Key{PK: RowPartition(began, shardOf(r.request)), SK: r.request + "#" + r.part}, nil
}

func shardOf(request string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(request)) // never fails
	return int(h.Sum32() % Shards)
}

// holdName is the attribute of an account that a try to hold money makes:
// "h#<request>/<part>/<try>".
func (r ref) holdName(try int64) string {
	return fmt.Sprintf("%s%s/%s/%d", holdPrefix, r.request, r.part, try)
}

const holdPrefix = "h#"

// holdOwner finds the row that decides about a hold.
func holdOwner(name string) (ref, error) {
	parts := strings.Split(strings.TrimPrefix(name, holdPrefix), "/")
	if len(parts) != 3 {
		return ref{}, fmt.Errorf("attribute %q is no hold", name)
	}
	return ref{parts[0], parts[1]}, nil
}

// PartitionOf is the RowPartition of a request's rows.
func PartitionOf(request string) (string, error) {
	key, err := attemptRef(request, 1).key()
	return key.PK, err
}
