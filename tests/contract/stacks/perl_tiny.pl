# SPDX-License-Identifier: Apache-2.0
# Makes the requests of stdin, one JSON array, one after the other with HTTP::Tiny; prints the answers as a
# JSON array.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

local $/;
my $http = HTTP::Tiny->new(keep_alive => 1);
my @answers;
for my $request (@{decode_json(<STDIN>)}) {
    my %options = (headers => $request->{headers});
    $options{content} = $request->{body} if defined $request->{body};
    my $response = $http->request($request->{method}, $request->{url}, \%options);
    push @answers, {
        status  => $response->{status} + 0,
        headers => $response->{headers},
        body    => $response->{content} // '',
    };
}
print encode_json(\@answers);
