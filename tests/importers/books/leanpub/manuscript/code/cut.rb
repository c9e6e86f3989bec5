cut
