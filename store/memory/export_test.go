package memory

// Len is how many items there are, those included that have expired since the
// last write.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}
