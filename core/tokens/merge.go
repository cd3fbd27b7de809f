package tokens

// scanned is up to which length of a piece, in bytes, the next merge is found
// by looking at all pairs. Longer pieces keep them in a heap, so that a text
// without a space costs n log n and not its square. Where the line lies is a
// matter of speed only.
const scanned = 96

// part is a token of a piece while its tokens are being merged.
type part struct {
	start, end int32
	id         int32
	pair       int32 // the rank of its merge with the next part; none: there is none
	prev, next int32 // for the heap only
}

const none = int32(1<<31 - 1)

// merge appends the tokens of a piece to ids. It starts from the bytes and, as
// long as some two neighbours make a token, joins those that make the one with
// the lowest id, the leftmost first. scratch is reused and returned.
func (v *vocabulary) merge(ids []int, piece string, scratch []part) ([]int, []part) {
	if id := v.id(piece); id >= 0 {
		return append(ids, id), scratch
	}
	parts := scratch[:0]
	for i := range len(piece) {
		p := part{start: int32(i), end: int32(i + 1), id: v.bytes[piece[i]], pair: none}
		p.prev, p.next = int32(i-1), int32(i+1)
		if i+2 <= len(piece) {
			p.pair = v.pair(piece[i : i+2])
		}
		parts = append(parts, p)
	}
	scratch = parts
	if len(piece) <= scanned {
		for _, p := range v.mergeScanning(piece, parts) {
			ids = append(ids, int(p.id))
		}
		return ids, scratch
	}
	rank := func(left, right part) int32 { return v.pair(piece[left.start:right.end]) }
	return mergeHeap(ids, parts, rank, func(rank int32) int32 { return rank }), scratch
}

func (v *vocabulary) pair(token string) int32 {
	if id := v.id(token); id >= 0 {
		return int32(id)
	}
	return none
}

func (v *vocabulary) mergeScanning(piece string, parts []part) []part {
	for {
		best := 0
		for i := range parts {
			if parts[i].pair < parts[best].pair {
				best = i
			}
		}
		if parts[best].pair == none {
			return parts
		}
		p := &parts[best]
		p.id, p.end = p.pair, parts[best+1].end
		parts = append(parts[:best+1], parts[best+2:]...)
		p.pair = none
		if best+1 < len(parts) {
			p.pair = v.pair(piece[p.start:parts[best+1].end])
		}
		if best > 0 {
			left := &parts[best-1]
			left.pair = v.pair(piece[left.start:p.end])
		}
	}
}

// mergeHeap appends the tokens of parts to ids. rank says in which order two
// neighbours are merged, none if they are not, and made what a merge makes.
func mergeHeap(ids []int, parts []part, rank func(left, right part) int32, made func(rank int32) int32) []int {
	var queue merges
	last := int32(len(parts))
	offer := func(i int32) {
		p := &parts[i]
		p.pair = none
		if p.next < last {
			if p.pair = rank(*p, parts[p.next]); p.pair != none {
				queue.push(p.pair, i)
			}
		}
	}
	for i := range last {
		offer(i)
	}
	for len(queue) > 0 {
		pair, at := queue.pop()
		p := &parts[at]
		if p.pair != pair {
			continue // its parts have been merged with others
		}
		gone := &parts[p.next]
		p.id, p.end, p.next = made(pair), gone.end, gone.next
		gone.pair = none
		if p.next < last {
			parts[p.next].prev = at
		}
		offer(at)
		if p.prev >= 0 {
			offer(p.prev)
		}
	}
	for i := int32(0); i < last; i = parts[i].next {
		ids = append(ids, int(parts[i].id))
	}
	return ids
}

// merges is a heap of the merges that may be done, the next one on top. Each is
// a rank and, in the low half, which part is its left side. container/heap would allocate for each.
type merges []uint64

func (m *merges) push(rank, at int32) {
	h := append(*m, uint64(rank)<<32|uint64(at))
	*m = h
	for i := len(h) - 1; i > 0 && h[i] < h[(i-1)/2]; i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (m *merges) pop() (rank, at int32) {
	h, top := *m, (*m)[0]
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	*m = h
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < last && h[child+1] < h[child] {
			child++
		}
		if child >= last || h[i] <= h[child] {
			return int32(top >> 32), int32(top & (1<<32 - 1))
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
