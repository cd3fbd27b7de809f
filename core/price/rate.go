package price

// base is the unit whose price is taken for one that has none: LiteLLM takes
// nothing for cached tokens then, and so gives away what the vendor charges.
func base(u Unit) Unit {
	switch u {
	case AudioIn, ImageIn, CacheRead, CacheWrite5m:
		return In
	case CacheWrite1h:
		return CacheWrite5m
	case Reasoning, AudioOut, ImageOut:
		return Out
	}
	return ""
}

// charge is a price and what of it is charged.
type charge struct {
	femto int64
	share uint64
}

// rate finds the price of a unit in a request of so many prompt tokens, at a
// tier. ok is false if neither the unit nor its base has one.
//
// Above a threshold the price for it wins, if need be that of the standard
// tier. A batch is charged half where the model has no prices for batches.
func (m *Model) rate(u Unit, tier string, size int64) (c charge, ok bool) {
	if u == Out && m.Prices[Rate{Unit: Out}] == 0 {
		if picture, has := m.Prices[Rate{Unit: ImageOut}]; has {
			return charge{picture, whole}, true // all that it answers is pictures
		}
	}
	standard, has := m.Prices[Rate{Unit: u}]
	above := m.level(u, size)
	if b := base(u); b != "" && above == 0 && (!has || tier != "" && standard == m.Prices[Rate{Unit: b}]) {
		if _, own := m.Prices[Rate{Unit: u, Tier: tier}]; !own {
			return m.rate(b, tier, size) // what costs the same goes along with its tiers
		}
	}
	for _, r := range [...]Rate{{u, tier, above}, {u, "", above}, {u, tier, 0}, {u, "", 0}} {
		if femto, has := m.Prices[r]; has {
			if tier == Batch && r.Tier == "" {
				return charge{femto, half}, true
			}
			return charge{femto, whole}, true
		}
	}
	return charge{}, false
}

// level is the highest threshold of a unit's prices that a request is above.
func (m *Model) level(u Unit, size int64) int64 {
	var level int64
	for r := range m.Prices {
		if r.Unit == u && r.Above < size {
			level = max(level, r.Above)
		}
	}
	return level
}
