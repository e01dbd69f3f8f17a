kubectl label pods -l app=catalog,track=stable release=stable
